/*
title: {zh: 线下班的签到, en: Punches of offline classes}
says: 线下班的每次签到：当天第几个时段（相邻签到相隔超过 40 分钟另起一段）、比该时段的中位时间晚几秒、与前一人和后一人隔几秒、排在第几位。没有长度的签到，签退时刻为空；by_hand 是纸质签到。
*/
WITH timed AS (
    SELECT
        class_id, id_number, session_date, organiser_id, device_id, seconds, method = 'paper' AS by_hand,
        CAST(date_diff('second', CAST(session_date AS TIMESTAMP), check_in) AS BIGINT) AS came_at,
        CASE WHEN seconds IS NOT NULL THEN CAST(date_diff('second', CAST(session_date AS TIMESTAMP), check_out) AS BIGINT) END AS left_at
    FROM sessions
    WHERE mode = 'offline'
),
gapped AS (
    SELECT
        *,
        came_at - lag(came_at) OVER (
            PARTITION BY class_id, session_date ORDER BY came_at, id_number, left_at, device_id
        ) AS since_previous
    FROM timed
),
slotted AS (
    SELECT
        *,
        CAST(sum(CASE WHEN since_previous IS NULL OR since_previous > 2400 THEN 1 ELSE 0 END) OVER (
            PARTITION BY class_id, session_date ORDER BY came_at, id_number, left_at, device_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS INTEGER) AS slot
    FROM gapped
)
SELECT
    class_id, id_number, session_date, slot, organiser_id, device_id, by_hand, seconds, came_at, left_at,
    CASE WHEN since_previous <= 2400 THEN since_previous END AS gap,
    lag(id_number) OVER (PARTITION BY class_id, session_date, slot ORDER BY came_at, id_number, left_at, device_id) AS after_id,
    lead(came_at) OVER (PARTITION BY class_id, session_date, slot ORDER BY came_at, id_number, left_at, device_id) - came_at AS gap_next,
    lead(seconds) OVER (PARTITION BY class_id, session_date, slot ORDER BY came_at, id_number, left_at, device_id) AS seconds_next,
    CAST(came_at - median(CAST(came_at AS DOUBLE)) OVER (PARTITION BY class_id, session_date, slot) AS BIGINT) AS late,
    row_number() OVER (PARTITION BY class_id, session_date, slot ORDER BY came_at, id_number, left_at, device_id) AS place,
    count(*) OVER (PARTITION BY class_id, session_date, slot) AS slot_size
FROM slotted
