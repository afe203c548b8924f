/*
title: {zh: 每人每班的实际上课, en: What a person attended in a class}
says: 上课次数、有时长的次数、上课天数，以及时段并集的秒数（重叠的时段只算一次）；一课时为 45 分钟，hours 是折合的课时（舍到百分位，只供显示），planned_seconds 是计划课时折合的秒数。first_in、last_out 是有时长的签到最早和最晚到几时。
*/
WITH timed AS (
    SELECT
        class_id, id_number, check_in, check_out,
        max(check_out) OVER (
            PARTITION BY class_id, id_number ORDER BY check_in, check_out ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_until
    FROM sessions
    WHERE seconds IS NOT NULL
),
united AS (
    SELECT
        class_id, id_number,
        CAST(sum(
            CASE
                WHEN covered_until IS NULL OR covered_until <= check_in THEN date_diff('second', check_in, check_out)
                WHEN covered_until < check_out THEN date_diff('second', covered_until, check_out)
                ELSE 0
            END
        ) AS BIGINT) AS seconds
    FROM timed
    GROUP BY class_id, id_number
),
counted AS (
    SELECT
        class_id, id_number, count(*) AS sessions, count(seconds) AS timed_sessions,
        count(DISTINCT session_date) AS days, min(session_date) AS first_day, max(session_date) AS last_day,
        min(CASE WHEN seconds IS NOT NULL THEN check_in END) AS first_in,
        max(CASE WHEN seconds IS NOT NULL THEN check_out END) AS last_out
    FROM sessions
    GROUP BY class_id, id_number
)
SELECT
    c.class_id, c.id_number, c.sessions, c.timed_sessions, c.days, c.first_day, c.last_day,
    coalesce(u.seconds, 0) AS seconds, c.first_in, c.last_out,
    CAST(floor(coalesce(u.seconds, 0) / 27) / 100 AS DECIMAL(14, 2)) AS hours,
    CAST(k.planned_hours AS BIGINT) * 45 * 60 AS planned_seconds
FROM counted AS c
LEFT JOIN united AS u ON u.class_id = c.class_id AND u.id_number = c.id_number
LEFT JOIN classes AS k ON k.class_id = c.class_id
