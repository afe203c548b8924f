/*
title: {zh: 有审核机构的申领, en: Claims with a reviewer}
says: 有效申领的审核机构（申领自带的，没有的取班级的），以及它与申领单位、收款单位、办班单位是不是同一机构，电话、账号、法定代表人是否相同。电话不足 7 位的不比；档案查不到、无从比较的为空。
*/
WITH reviewed AS (
    SELECT
        c.claim_id, c.division, c.city, c.class_id, c.amount, c.claimed_on, c.claimant_id, c.payee_id, k.organiser_id,
        coalesce(c.reviewer_id, k.reviewer_id) AS reviewer_id
    FROM live_claims AS c
    LEFT JOIN classes AS k ON k.class_id = c.class_id
)
SELECT
    v.claim_id, v.division, v.city, v.class_id, v.amount, v.claimed_on, v.claimant_id, v.payee_id, v.organiser_id,
    v.reviewer_id, r.name AS reviewer_name, r.legal_representative,
    coalesce(v.reviewer_id IN (v.claimant_id, v.payee_id, v.organiser_id), false) AS same_body,
    regexp_full_match(r.phone, '[0-9]{7,}') AND r.phone IN (c.phone, p.phone, o.phone) AS same_phone,
    r.bank_account IN (c.bank_account, p.bank_account, o.bank_account) AS same_account,
    r.legal_representative IN (c.legal_representative, p.legal_representative, o.legal_representative) AS same_representative
FROM reviewed AS v
LEFT JOIN organisations AS r ON r.institution_id = v.reviewer_id
LEFT JOIN organisations AS c ON c.institution_id = v.claimant_id
LEFT JOIN organisations AS p ON p.institution_id = v.payee_id
LEFT JOIN organisations AS o ON o.institution_id = v.organiser_id
WHERE v.reviewer_id IS NOT NULL
