/*
title: {zh: 有效申领, en: Live claims}
says: 未被“不予通过”的申领，没写状态的也是；本表是“有效申领”一词的唯一定义。claim_order 是先后次序：先比申领日期，同日比申领编号（按文本）。
*/
SELECT
    claim_id, subsidy_kind, division, city, claimant_id, payee_id, payee_account, id_number, name, class_id,
    certificate_no, occupation_code, month, standard, amount, claimed_on, CAST(extract(YEAR FROM claimed_on) AS INTEGER) AS claim_year,
    status, decided_on, agreement_no, batch_no, reviewer_id, fund,
    concat(CAST(claimed_on AS VARCHAR), '|', claim_id) AS claim_order
FROM claims
WHERE status IS DISTINCT FROM 'rejected'
