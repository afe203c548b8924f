/*
title: {zh: 补贴申领, en: Subsidy claims}
says: 截至扫描日已申领的每一行，没写申领日期的也算；扫描日以后才审核的申领按“已申报”看待。申领的每一行都算数，不按编号合并。
*/
SELECT
    c.claim_id, c.subsidy_kind, c.division, concat(left(c.division, 4), '00') AS city,
    c.claimant_id, c.payee_id, c.payee_account, c.id_number, c.name, c.class_id, c.certificate_no, c.occupation_code,
    c.month, c.standard, c.amount, c.claimed_on,
    CASE WHEN c.decided_on > s.as_of THEN 'submitted' ELSE c.status END AS status,
    CASE WHEN c.decided_on > s.as_of THEN NULL ELSE c.decided_on END AS decided_on,
    c.reject_reason, c.agreement_no, c.batch_no, c.reviewer_id, c.fund
FROM delivered.claims AS c
CROSS JOIN scan AS s
WHERE c.claimed_on IS NULL OR c.claimed_on <= s.as_of
