/*
title: {zh: 每人在线下班的签到习惯, en: How each person punches in an offline class}
says: 线下班每人一行：到了几个时段、全班有几个时段、晚到秒数的平均和标准差、机器签到同一时刻（到秒）在别的日子再出现的次数、紧跟（10 秒内）同一个人签到的次数最多有几、缺了哪些时段。
*/
WITH taken AS (
    SELECT
        p.class_id, p.id_number, p.session_date, p.by_hand, p.came_at, p.gap, p.after_id, s.slot_no, s.slots,
        CAST(p.seconds AS BIGINT) AS seconds, CASE WHEN NOT p.by_hand THEN CAST(p.late AS BIGINT) END AS late_s,
        CASE WHEN NOT p.by_hand THEN CAST(p.seconds AS BIGINT) END AS length_s
    FROM punches AS p
    JOIN class_slots AS s ON s.class_id = p.class_id AND s.session_date = p.session_date AND s.slot = p.slot
),
repeated AS (
    SELECT class_id, id_number, came_at, count(DISTINCT session_date) AS days
    FROM taken
    WHERE NOT by_hand
    GROUP BY class_id, id_number, came_at
),
repeats AS (
    SELECT class_id, id_number, CAST(sum(CASE WHEN days > 1 THEN days ELSE 0 END) AS BIGINT) AS repeated_times
    FROM repeated
    GROUP BY class_id, id_number
),
followed AS (
    SELECT class_id, id_number, after_id, count(*) AS times
    FROM taken
    WHERE NOT by_hand AND gap <= 10 AND after_id <> id_number
    GROUP BY class_id, id_number, after_id
),
follows AS (
    SELECT class_id, id_number, max(times) AS follows_one
    FROM followed
    GROUP BY class_id, id_number
),
present AS (
    SELECT class_id, id_number, CAST(slot_no AS BIGINT) AS slot_no FROM taken GROUP BY class_id, id_number, slot_no
),
-- Which slots they were, in numbers that take no room: two of a class who missed other slots differ in one of the sums, but for rare coincidences
-- (0, 4, 7, 11 and 1, 2, 9, 10 have the same three).
presences AS (
    SELECT
        class_id, id_number, count(*) AS came, max(slot_no) AS last_slot, CAST(sum(slot_no) AS BIGINT) AS slots_sum,
        CAST(sum(slot_no * slot_no) AS BIGINT) AS slots_squares, CAST(sum(slot_no * slot_no * slot_no) AS BIGINT) AS slots_cubes
    FROM present
    GROUP BY class_id, id_number
),
-- Sums of whole seconds and of their squares: the same mean and spread in whatever order the rows are added.
each AS (
    SELECT
        class_id, id_number, max(slots) AS slots,
        count(late_s) AS late_n, CAST(sum(late_s) AS DECIMAL(38, 0)) AS late_sum, CAST(sum(late_s * late_s) AS DECIMAL(38, 0)) AS late_squares,
        count(length_s) AS length_n, CAST(sum(length_s) AS DECIMAL(38, 0)) AS length_sum,
        CAST(sum(length_s * length_s) AS DECIMAL(38, 0)) AS length_squares, count(seconds) AS timed
    FROM taken
    GROUP BY class_id, id_number
)
SELECT
    e.class_id, e.id_number, e.slots, c.came, CAST(e.late_sum AS DOUBLE) / nullif(e.late_n, 0) AS late_mean,
    CASE WHEN e.late_n > 1 THEN sqrt(
        greatest(CAST(e.late_squares AS DOUBLE) - CAST(e.late_sum AS DOUBLE) * CAST(e.late_sum AS DOUBLE) / e.late_n, 0) / (e.late_n - 1)
    ) END AS late_spread,
    CASE WHEN e.length_n > 1 THEN sqrt(
        greatest(CAST(e.length_squares AS DOUBLE) - CAST(e.length_sum AS DOUBLE) * CAST(e.length_sum AS DOUBLE) / e.length_n, 0) / (e.length_n - 1)
    ) END AS length_spread,
    e.timed, c.last_slot, c.slots_sum, c.slots_squares, c.slots_cubes,
    coalesce(r.repeated_times, 0) AS repeated_times, coalesce(f.follows_one, 0) AS follows_one
FROM each AS e
JOIN presences AS c ON c.class_id = e.class_id AND c.id_number = e.id_number
LEFT JOIN repeats AS r ON r.class_id = e.class_id AND r.id_number = e.id_number
LEFT JOIN follows AS f ON f.class_id = e.class_id AND f.id_number = e.id_number
