/*
level:    class
family:   certification
title:    {zh: 跨市找评价机构, en: "Assessor of another city"}
says:     同上的证书里，评价机构不在本班所在市的占比
high:     舍近求远，找好说话的评价机构
innocent: 本市没有该职业的评价机构
typologies: [T14, T15]
typical:  peers
unit:     占比
weighs:   some
grain:    0.08
*/
WITH earned AS (
    SELECT DISTINCT e.class_id, r.certificate_key, r.id_number, r.assessor_id, r.assessed_on, r.issued_on, r.theory_score, r.practice_score
    FROM enrolments AS e
    JOIN classes AS k ON k.class_id = e.class_id
    JOIN certificate_registry AS r ON r.id_number = e.id_number
        AND r.assessed_on >= k.start_date AND date_diff('day', k.end_date, r.assessed_on) <= 120
)
SELECT e.class_id AS key, avg(CASE WHEN left(o.division, 4) <> left(k.division, 4) THEN 1 ELSE 0 END) AS value
FROM earned AS e
JOIN classes AS k ON k.class_id = e.class_id
JOIN organisations AS o ON o.institution_id = e.assessor_id
GROUP BY e.class_id
HAVING count(*) >= 3
