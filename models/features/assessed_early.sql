/*
level:    class
family:   certification
title:    {zh: 课没上完就评价, en: "Assessed before the class ends"}
says:     同上的证书里，评价日早于结业日的占比
high:     培训走过场，证书另办
innocent: 模块化考核、分批考试
typologies: [T18, T07]
typical:  peers
unit:     占比
weighs:   some
grain:    0.06
*/
WITH earned AS (
    SELECT DISTINCT e.class_id, r.certificate_key, r.id_number, r.assessor_id, r.assessed_on, r.issued_on, r.theory_score, r.practice_score
    FROM enrolments AS e
    JOIN classes AS k ON k.class_id = e.class_id
    JOIN certificate_registry AS r ON r.id_number = e.id_number
        AND r.assessed_on >= k.start_date AND date_diff('day', k.end_date, r.assessed_on) <= 120
)
SELECT e.class_id AS key, avg(CASE WHEN e.assessed_on < k.end_date THEN 1 ELSE 0 END) AS value
FROM earned AS e
JOIN classes AS k ON k.class_id = e.class_id
GROUP BY e.class_id
HAVING count(*) >= 3
