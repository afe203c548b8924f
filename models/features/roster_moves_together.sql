/*
level:    class
family:   roster
title:    {zh: 一批人换个班又来, en: "A group that moves from class to class"}
says:     与更早（或同日）开的另一个班共有的人数最多占本班名册的几成；两班至少共有 3 人
high:     同一批名字反复使用
innocent: 同一企业的职工分期培训
typologies: [T28, T12, T01]
typical:  peers
unit:     占比
weighs:   some
grain:    0.08
*/
WITH busy AS (
    SELECT id_number FROM enrolments GROUP BY id_number HAVING count(*) BETWEEN 2 AND 20
),
members AS (
    SELECT e.class_id, e.id_number, k.start_date
    FROM enrolments AS e
    JOIN busy AS b ON b.id_number = e.id_number
    JOIN classes AS k ON k.class_id = e.class_id
),
shared AS (
    SELECT a.class_id, b.class_id AS other_id, count(*) AS persons
    FROM members AS a
    JOIN members AS b ON b.id_number = a.id_number AND b.class_id <> a.class_id AND b.start_date <= a.start_date
    GROUP BY a.class_id, b.class_id
    HAVING count(*) >= 3
),
most AS (
    SELECT class_id, max(persons) AS persons FROM shared GROUP BY class_id
)
SELECT k.class_id AS key, CAST(coalesce(m.persons, 0) AS DOUBLE) / k.persons AS value
FROM class_profiles AS k
LEFT JOIN most AS m ON m.class_id = k.class_id
WHERE k.persons >= 5
