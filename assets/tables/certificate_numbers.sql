/*
title: {zh: 证书编号里的年份和等级, en: Year and level written in certificate numbers}
says: 申领所指的 22 位职业技能等级证书，其编号第 14、15 位的年份、第 16 位的等级，与登记的发证年份后两位、等级并列；每行是一笔取证补贴申领。
*/
SELECT
    claim_id, division, amount, certificate_number, registered_no, registry, assessor_id, level, issued_on,
    substr(certificate_number, 16, 1) AS level_in_number,
    substr(certificate_number, 14, 2) AS year_in_number,
    right(CAST(extract(YEAR FROM issued_on) AS VARCHAR), 2) AS year_issued
FROM certificate_claims
WHERE kind = 'skill_level' AND length(certificate_number) = 22
