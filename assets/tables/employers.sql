/*
title: {zh: 发放工资的单位, en: Employers}
says: 工资表里的每个单位及其所在区划：先看机构目录，目录里没有的取统一社会信用代码中登记机关的区划（第 3 至 8 位）；代码里也看不出的没有区划，适用全国的数值（city 为 000000）。
*/
WITH located AS (
    SELECT DISTINCT p.employer_id, coalesce(o.division, substr(p.employer_id, 3, 6)) AS division
    FROM payroll AS p
    LEFT JOIN organisations AS o ON o.institution_id = p.employer_id
)
SELECT
    employer_id, CASE WHEN regexp_full_match(division, '[0-9]{6}') THEN division END AS division,
    CASE WHEN regexp_full_match(division, '[0-9]{6}') THEN concat(left(division, 4), '00') ELSE '000000' END AS city
FROM located
