/*
level:    class
family:   certification
title:    {zh: 证书成绩雷同, en: "Certificate scores alike"}
says:     同上的证书里，理论与实操两科成绩与本班另一人都相同的占比
high:     成绩是复制的
innocent: 等第制
typologies: [T15, T16]
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
),
counted AS (
    SELECT class_id, count(*) OVER (PARTITION BY class_id, theory_score, practice_score) AS alike
    FROM earned
    WHERE theory_score IS NOT NULL AND practice_score IS NOT NULL
)
SELECT class_id AS key, avg(CASE WHEN alike > 1 THEN 1 ELSE 0 END) AS value
FROM counted
GROUP BY class_id
HAVING count(*) >= 5
