/*
title: {zh: 线下班的上课时段, en: Slots of offline classes}
says: 线下班每天每个时段一行：人次、最早和中位签到时刻、同秒人次最多有几、隔前一人不到 3 秒的人次。到的人不足全期最多时四分之一的零散时段不算。
*/
WITH counted AS (
    SELECT
        class_id, session_date, slot, organiser_id, count(*) AS punches, count(DISTINCT id_number) AS persons,
        min(came_at) AS first_at, CAST(median(CAST(came_at AS DOUBLE)) AS BIGINT) AS usual_at, max(left_at) AS last_at,
        sum(CASE WHEN gap <= 2 THEN 1 ELSE 0 END) AS close_behind,
        count(DISTINCT came_at) AS moments, count(left_at) AS left_known
    FROM punches
    GROUP BY class_id, session_date, slot, organiser_id
),
measured AS (
    SELECT *, max(persons) OVER (PARTITION BY class_id) AS most_persons FROM counted
)
SELECT
    class_id, session_date, slot, organiser_id, punches, persons, first_at, usual_at, last_at, CAST(close_behind AS BIGINT) AS close_behind,
    moments, left_known, most_persons,
    row_number() OVER (PARTITION BY class_id ORDER BY session_date, slot) AS slot_no,
    count(*) OVER (PARTITION BY class_id) AS slots
FROM measured
WHERE 4 * persons >= most_persons
