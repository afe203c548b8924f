/*
title: {zh: 线下班的签到, en: Punches of offline classes}
says: 线下班的每次签到：当天第几个时段（相邻签到相隔超过 40 分钟另起一段）、比该时段的中位时间晚几秒、与前一人和后一人隔几秒、后一人与再后一人隔几秒、排在第几位。没有长度的签到，签退时刻为空；by_hand 是纸质签到。
*/
WITH timed AS (
    SELECT
        class_id, id_number, session_date, organiser_id, device_id, seconds, method = 'paper' AS by_hand,
        CAST(date_diff('second', CAST(session_date AS TIMESTAMP), check_in) AS BIGINT) AS came_at,
        CASE WHEN seconds IS NOT NULL THEN CAST(date_diff('second', CAST(session_date AS TIMESTAMP), check_out) AS BIGINT) END AS left_at
    FROM sessions
    WHERE mode = 'offline'
),
-- One order serves all neighbours: within a slot, who comes before and after is who comes before and after on that day.
ordered AS (
    SELECT
        *,
        row_number() OVER by_time AS place_of_day,
        came_at - lag(came_at) OVER by_time AS since_previous, lag(id_number) OVER by_time AS id_before,
        (lead(came_at) OVER by_time) - came_at AS until_next, lead(seconds) OVER by_time AS seconds_after,
        (lead(came_at, 2) OVER by_time) - (lead(came_at) OVER by_time) AS until_after_next
    FROM timed
    WINDOW by_time AS (PARTITION BY class_id, session_date ORDER BY came_at, id_number, left_at, device_id)
),
slotted AS (
    SELECT
        *,
        CAST(sum(CASE WHEN since_previous <= 2400 THEN 0 ELSE 1 END) OVER so_far AS INTEGER) AS slot,
        max(CASE WHEN since_previous <= 2400 THEN 0 ELSE place_of_day END) OVER so_far AS place_of_first
    FROM ordered
    WINDOW so_far AS (PARTITION BY class_id, session_date ORDER BY place_of_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
slots AS (
    SELECT class_id, session_date, slot, median(CAST(came_at AS DOUBLE)) AS usual_at, count(*) AS slot_size
    FROM slotted
    GROUP BY class_id, session_date, slot
)
SELECT
    p.class_id, p.id_number, p.session_date, p.slot, p.organiser_id, p.device_id, p.by_hand, p.seconds, p.came_at, p.left_at,
    CASE WHEN p.since_previous <= 2400 THEN p.since_previous END AS gap,
    CASE WHEN p.since_previous <= 2400 THEN p.id_before END AS after_id,
    CASE WHEN p.until_next <= 2400 THEN p.until_next END AS gap_next,
    CASE WHEN p.until_next <= 2400 THEN p.seconds_after END AS seconds_next,
    CASE WHEN p.until_next <= 2400 AND p.until_after_next <= 2400 THEN p.until_after_next END AS gap_after_next,
    CAST(p.came_at - s.usual_at AS BIGINT) AS late,
    p.place_of_day - p.place_of_first + 1 AS place, s.slot_size
FROM slotted AS p
JOIN slots AS s ON s.class_id = p.class_id AND s.session_date = p.session_date AND s.slot = p.slot
