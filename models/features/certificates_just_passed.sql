/*
level:    class
family:   certification
title:    {zh: 证书成绩压线, en: "Certificate scores just above the pass mark"}
says:     学员开班后到结业后 120 天内取得的证书里，两科成绩在 60 至 62 分的占比减去 63 至 65 分的占比
high:     成绩改到及格
innocent: 试题偏难
typologies: [T15]
typical:  peers
unit:     占比之差
weighs:   much
grain:    0.06
*/
WITH earned AS (
    SELECT DISTINCT e.class_id, r.certificate_key, r.id_number, r.assessor_id, r.assessed_on, r.issued_on, r.theory_score, r.practice_score
    FROM enrolments AS e
    JOIN classes AS k ON k.class_id = e.class_id
    JOIN certificate_registry AS r ON r.id_number = e.id_number
        AND r.assessed_on >= k.start_date AND date_diff('day', k.end_date, r.assessed_on) <= 120
)
SELECT class_id AS key, avg(
        (CASE WHEN theory_score >= 60 AND theory_score < 63 THEN 1 WHEN theory_score >= 63 AND theory_score < 66 THEN -1 ELSE 0 END
        + CASE WHEN practice_score >= 60 AND practice_score < 63 THEN 1 WHEN practice_score >= 63 AND practice_score < 66 THEN -1 ELSE 0 END)
        / 2.0
    ) AS value
FROM earned
WHERE theory_score IS NOT NULL OR practice_score IS NOT NULL
GROUP BY class_id
HAVING count(*) >= 5
