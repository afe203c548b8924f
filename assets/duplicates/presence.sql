/*
title: {zh: 两人的考勤说明什么, en: What the attendance of two persons shows}
says: 两人有过同一张照片的记作 photo；同班都有签到的记作 together；同班只有一人有签到的记作 one_absent；没有共同班级或都没有签到的不出现。photo 优先，其次 together。
*/
WITH pairs AS (
    SELECT DISTINCT id_number_a, id_number_b FROM person_candidates
),
members AS (
    SELECT DISTINCT c.id_number, c.class_id
    FROM class_claims AS c
    JOIN (SELECT id_number_a AS id_number FROM pairs UNION SELECT id_number_b FROM pairs) AS p ON p.id_number = c.id_number
),
classmates AS (
    SELECT p.id_number_a, p.id_number_b, coalesce(x.sessions, 0) > 0 AS present_a, coalesce(y.sessions, 0) > 0 AS present_b
    FROM pairs AS p
    JOIN members AS a ON a.id_number = p.id_number_a
    JOIN members AS b ON b.id_number = p.id_number_b AND b.class_id = a.class_id
    LEFT JOIN attended AS x ON x.class_id = a.class_id AND x.id_number = a.id_number
    LEFT JOIN attended AS y ON y.class_id = b.class_id AND y.id_number = b.id_number
),
photos AS (
    SELECT DISTINCT s.id_number, s.photo_hash
    FROM attendance AS s
    JOIN (SELECT id_number_a AS id_number FROM pairs UNION SELECT id_number_b FROM pairs) AS p ON p.id_number = s.id_number
    WHERE NOT regexp_full_match(s.photo_hash, '0+|f+|F+')
),
shown AS (
    SELECT id_number_a, id_number_b, CASE WHEN present_a AND present_b THEN 2 ELSE 1 END AS strength
    FROM classmates
    WHERE present_a OR present_b
    UNION ALL
    SELECT p.id_number_a, p.id_number_b, 3
    FROM pairs AS p
    JOIN photos AS a ON a.id_number = p.id_number_a
    JOIN photos AS b ON b.id_number = p.id_number_b AND b.photo_hash = a.photo_hash
)
SELECT
    id_number_a, id_number_b,
    CASE max(strength) WHEN 3 THEN 'photo' WHEN 2 THEN 'together' ELSE 'one_absent' END AS presence
FROM shown
GROUP BY id_number_a, id_number_b
