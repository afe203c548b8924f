/*
title: {zh: 同一教师同一天两个线下班的时间重叠, en: One trainer in two offline classes at once}
says: 一个班一天的时段从最早签到到最晚签退；同一教师同一天的两个线下班，时段重叠多少秒。
*/
WITH days AS (
    SELECT k.trainer_id, d.session_date, d.class_id, k.site, d.first_in, d.last_out
    FROM class_days AS d
    JOIN classes AS k ON k.class_id = d.class_id
    WHERE k.mode = 'offline'
)
SELECT
    a.trainer_id, a.session_date, a.class_id AS class_a, b.class_id AS class_b, a.site AS site_a, b.site AS site_b,
    date_diff('second', greatest(a.first_in, b.first_in), least(a.last_out, b.last_out)) AS seconds
FROM days AS a
JOIN days AS b ON b.trainer_id = a.trainer_id AND b.session_date = a.session_date AND a.class_id < b.class_id
WHERE a.first_in < b.last_out AND b.first_in < a.last_out
