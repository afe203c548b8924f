/*
title: {zh: 班级每天的考勤, en: A class's attendance by day}
says: 每班每天的最早签到和最晚签退；machine_sessions 是人脸、指纹和线上的人次，together 是其中同一秒签到最多的人次。to_the_second：该班有签到记到秒（不全是整分）。
*/
WITH seconds AS (
    SELECT
        class_id, session_date, date_trunc('second', check_in) AS moment,
        count(*) FILTER (WHERE method IN ('face', 'fingerprint', 'online')) AS machine_sessions,
        min(check_in) AS first_in, max(check_out) AS last_out, max(check_in_second % 60) AS odd_second
    FROM sessions
    GROUP BY class_id, session_date, date_trunc('second', check_in)
),
days AS (
    SELECT
        class_id, session_date, CAST(sum(machine_sessions) AS BIGINT) AS machine_sessions, max(machine_sessions) AS together,
        min(first_in) AS first_in, max(last_out) AS last_out, max(odd_second) AS odd_second
    FROM seconds
    GROUP BY class_id, session_date
)
SELECT
    class_id, session_date, machine_sessions, together, first_in, last_out,
    max(odd_second) OVER (PARTITION BY class_id) > 0 AS to_the_second
FROM days
