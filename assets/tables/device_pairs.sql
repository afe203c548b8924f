/*
title: {zh: 同一设备同一天在两个线下班, en: One device in two offline classes on one day}
says: 同一设备同一天为培训地坐标不同的两个线下班签到：两地的大圆距离（km，地球半径 6371.0088 公里，到毫米），和两班签到最近隔多少秒（seconds）。两班签到按时刻排在一起，相隔最近的必相邻。
*/
WITH days AS (
    SELECT s.device_id, s.session_date, s.class_id, k.longitude, k.latitude
    FROM sessions AS s
    JOIN classes AS k ON k.class_id = s.class_id
    WHERE k.mode = 'offline' AND s.device_id IS NOT NULL
    GROUP BY s.device_id, s.session_date, s.class_id, k.longitude, k.latitude
),
pairs AS (
    SELECT
        a.device_id, a.session_date, a.class_id AS class_a, b.class_id AS class_b,
        round(2 * 6371.0088 * asin(sqrt(least(1, greatest(0,
            pow(sin(radians(b.latitude - a.latitude) / 2), 2)
            + cos(radians(a.latitude)) * cos(radians(b.latitude)) * pow(sin(radians(b.longitude - a.longitude) / 2), 2)
        )))), 6) AS km
    FROM days AS a
    JOIN days AS b ON b.device_id = a.device_id AND b.session_date = a.session_date AND a.class_id < b.class_id
    WHERE a.longitude <> b.longitude OR a.latitude <> b.latitude
),
members AS (
    SELECT device_id, session_date, class_a AS class_id FROM pairs
    UNION
    SELECT device_id, session_date, class_b FROM pairs
),
-- of all who came at one moment, one
punched AS (
    SELECT DISTINCT m.device_id, m.session_date, m.class_id, s.check_in
    FROM members AS m
    JOIN sessions AS s ON s.device_id = m.device_id AND s.session_date = m.session_date AND s.class_id = m.class_id
),
-- A device number that stands for none (0, 未知) is in every class of the day. Classes that begin at one time mostly share a second: that is as
-- near as can be, and only the others are gone through.
met AS (
    SELECT DISTINCT a.device_id, a.session_date, a.class_id AS class_a, b.class_id AS class_b
    FROM punched AS a
    JOIN punched AS b
        ON b.device_id = a.device_id AND b.session_date = a.session_date AND b.check_in = a.check_in AND a.class_id < b.class_id
),
told AS (
    SELECT p.*, m.device_id IS NOT NULL AS at_once
    FROM pairs AS p
    LEFT JOIN met AS m
        ON m.device_id = p.device_id AND m.session_date = p.session_date AND m.class_a = p.class_a AND m.class_b = p.class_b
),
sides AS (
    SELECT device_id, session_date, class_a, class_b, km, class_a AS class_id FROM told WHERE NOT at_once
    UNION ALL
    SELECT device_id, session_date, class_a, class_b, km, class_b FROM told WHERE NOT at_once
),
in_order AS (
    SELECT
        p.device_id, p.session_date, p.class_a, p.class_b, p.km, s.class_id, s.check_in,
        lag(s.class_id) OVER by_time AS class_before, lag(s.check_in) OVER by_time AS check_in_before
    FROM sides AS p
    JOIN punched AS s ON s.device_id = p.device_id AND s.session_date = p.session_date AND s.class_id = p.class_id
    WINDOW by_time AS (PARTITION BY p.device_id, p.session_date, p.class_a, p.class_b ORDER BY s.check_in, s.class_id)
)
SELECT
    device_id, session_date, class_a, class_b, km,
    min(CASE WHEN class_id <> class_before THEN date_diff('second', check_in_before, check_in) END) AS seconds
FROM in_order
GROUP BY device_id, session_date, class_a, class_b, km
UNION ALL
SELECT device_id, session_date, class_a, class_b, km, 0
FROM told
WHERE at_once
