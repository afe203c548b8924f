/*
title: {zh: 同一人在两个线下班的时间重叠, en: One person in two offline classes at once}
says: 每人每两个线下班取重叠最长的一对签到时段（seconds，秒；session_date、session_date_b 是两次的上课日期，跨夜的不同）。先按各班首末时刻找出可能同时上课的班，再逐次比较。
*/
WITH attending AS (
    SELECT a.id_number, a.class_id, a.first_in, a.last_out
    FROM attended AS a
    JOIN classes AS k ON k.class_id = a.class_id
    WHERE k.mode = 'offline'
),
pairs AS (
    SELECT a.id_number, a.class_id AS class_a, b.class_id AS class_b
    FROM attending AS a
    JOIN attending AS b
        ON b.id_number = a.id_number AND a.class_id < b.class_id AND a.first_in < b.last_out AND b.first_in < a.last_out
),
compared AS (
    SELECT
        p.id_number, p.class_a, p.class_b, a.session_date, b.session_date AS session_date_b,
        date_diff('second', greatest(a.check_in, b.check_in), least(a.check_out, b.check_out)) AS seconds
    FROM pairs AS p
    JOIN sessions AS a ON a.id_number = p.id_number AND a.class_id = p.class_a
    JOIN sessions AS b ON b.id_number = p.id_number AND b.class_id = p.class_b
    WHERE a.check_in < b.check_out AND b.check_in < a.check_out
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY id_number, class_a, class_b ORDER BY seconds DESC, session_date, session_date_b) AS place
    FROM compared
)
SELECT id_number, class_a, class_b, session_date, session_date_b, seconds
FROM ranked
WHERE place = 1
