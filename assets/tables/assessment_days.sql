/*
title: {zh: 评价日, en: Assessment days}
says: 一个评价机构一天评价的同一职业、同一等级的证书：本数，理论、实操成绩是否本本都有而且相同。机构的地方取机构档案，没有档案的取统一社会信用代码里的登记地；代码里也看不出的适用全国的数值（city 为 000000）。
*/
WITH days AS (
    SELECT
        assessor_id, occupation_code, level, assessed_on, count(*) AS certificates,
        count(theory_score) = count(*) AND min(theory_score) = max(theory_score) AS same_theory,
        count(practice_score) = count(*) AND min(practice_score) = max(practice_score) AS same_practice
    FROM certificates
    GROUP BY assessor_id, occupation_code, level, assessed_on
),
placed AS (
    SELECT d.*, coalesce(o.division, substr(d.assessor_id, 3, 6)) AS division, o.name AS assessor_name
    FROM days AS d
    LEFT JOIN organisations AS o ON o.institution_id = d.assessor_id
)
SELECT
    assessor_id, assessor_name, division,
    CASE WHEN regexp_full_match(division, '[0-9]{6}') THEN concat(left(division, 4), '00') ELSE '000000' END AS city,
    occupation_code, level, assessed_on,
    certificates, same_theory, same_practice
FROM placed
