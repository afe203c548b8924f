/*
level:    class
family:   certification
title:    {zh: 取证率, en: "Share with a certificate"}
says:     名册上开班后到结业后 120 天内取得证书的人占比
high:     人人过关
innocent: 本来就是取证班
typologies: [T15]
typical:  peers
unit:     占比
weighs:   little
grain:    0.06
*/
WITH earned AS (
    SELECT DISTINCT e.class_id, r.certificate_key, r.id_number, r.assessor_id, r.assessed_on, r.issued_on, r.theory_score, r.practice_score
    FROM enrolments AS e
    JOIN classes AS k ON k.class_id = e.class_id
    JOIN certificate_registry AS r ON r.id_number = e.id_number
        AND r.assessed_on >= k.start_date AND date_diff('day', k.end_date, r.assessed_on) <= 120
)
SELECT k.class_id AS key, CAST(count(DISTINCT e.id_number) AS DOUBLE) / k.persons AS value
FROM class_profiles AS k
LEFT JOIN earned AS e ON e.class_id = k.class_id
WHERE k.persons >= 5
GROUP BY k.class_id, k.persons
