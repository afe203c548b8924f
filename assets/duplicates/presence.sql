/*
title: {zh: 两人的考勤说明什么, en: What the attendance of two persons shows}
says: 两人有过同一张照片的记作 photo；同班都有签到的记作 together；同班只有一人有签到的记作 one_absent；没有共同班级或都没有签到的，presence 为空或不出现。photo 优先，其次 together。others 是两人共同班级里的其他人数，others_absent 是其中没有签到的人数：考勤本来就不全的班，一人没有签到说明不了什么。
*/
WITH pairs AS (
    SELECT DISTINCT id_number_a, id_number_b FROM person_candidates
),
persons AS (
    SELECT id_number_a AS id_number FROM pairs
    UNION
    SELECT id_number_b FROM pairs
),
members AS (
    SELECT DISTINCT c.class_id, c.id_number
    FROM class_claims AS c
    JOIN (SELECT DISTINCT k.class_id FROM class_claims AS k JOIN persons AS p ON p.id_number = k.id_number) AS k ON k.class_id = c.class_id
),
seen AS (
    SELECT m.class_id, m.id_number, CASE WHEN coalesce(a.sessions, 0) > 0 THEN 0 ELSE 1 END AS absent
    FROM members AS m
    LEFT JOIN attended AS a ON a.class_id = m.class_id AND a.id_number = m.id_number
),
classes_seen AS (
    SELECT class_id, count(*) AS people, sum(absent) AS absent FROM seen GROUP BY class_id
),
classmates AS (
    SELECT
        p.id_number_a, p.id_number_b, a.absent + b.absent AS absent, c.people - 2 AS others, c.absent - a.absent - b.absent AS others_absent
    FROM pairs AS p
    JOIN seen AS a ON a.id_number = p.id_number_a
    JOIN seen AS b ON b.id_number = p.id_number_b AND b.class_id = a.class_id
    JOIN classes_seen AS c ON c.class_id = a.class_id
),
photos AS (
    SELECT DISTINCT s.id_number, s.photo_hash
    FROM sessions AS s
    JOIN persons AS p ON p.id_number = s.id_number
    WHERE NOT regexp_full_match(s.photo_hash, '0+|f+|F+')
),
shown AS (
    SELECT id_number_a, id_number_b, 2 - absent AS strength, others, others_absent
    FROM classmates
    WHERE absent < 2
    UNION ALL
    SELECT p.id_number_a, p.id_number_b, 3, 0, 0
    FROM pairs AS p
    JOIN photos AS a ON a.id_number = p.id_number_a
    JOIN photos AS b ON b.id_number = p.id_number_b AND b.photo_hash = a.photo_hash
)
SELECT
    id_number_a, id_number_b,
    CASE max(strength) WHEN 3 THEN 'photo' WHEN 2 THEN 'together' ELSE 'one_absent' END AS presence,
    CAST(sum(others) AS BIGINT) AS others, CAST(sum(others_absent) AS BIGINT) AS others_absent
FROM shown
GROUP BY id_number_a, id_number_b
