/*
title: {zh: 社会保险缴费, en: Social insurance}
says: 截至扫描日的费款所属期；每一行都算数。
*/
SELECT d.employer_id, d.id_number, d.month, d.insurance_kind, d.base, d.paid_on
FROM delivered.insurance AS d
CROSS JOIN scan AS s
WHERE d.month <= s.as_of
