/*
level:    class
family:   copies
title:    {zh: 签到成段雷同, en: "Runs of punches found elsewhere"}
says:     机器签到里，连着三个人的间隔和各自时长（到秒）与更早一天（或同一天另一班）完全一样的占比；间隔和时长始终不变的不算
high:     考勤是从别的日子或别的班整段搬来的
innocent: 系统故障后补录；两个班合班上课、名册各记一份
typologies: [T09, T02, T39]
typical:  all
unit:     占比
weighs:   much
grain:    0.03
*/
WITH told AS (
    SELECT p.class_id, p.session_date, p.gap_next, p.gap_after_next, p.seconds, p.seconds_next
    FROM punches AS p
    JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
        AND NOT p.by_hand
    WHERE p.gap_next IS NOT NULL AND p.gap_after_next IS NOT NULL AND p.seconds IS NOT NULL AND p.seconds_next IS NOT NULL
        AND NOT (p.gap_next = p.gap_after_next AND p.seconds = p.seconds_next)
),
-- most come once
again AS (
    SELECT gap_next, seconds, seconds_next, gap_after_next, min(session_date) AS first_day, max(session_date) AS last_day
    FROM told
    GROUP BY gap_next, seconds, seconds_next, gap_after_next
    HAVING count(*) > 1
)
SELECT
    t.class_id AS key,
    avg(CASE WHEN a.first_day = a.last_day OR a.first_day < t.session_date THEN 1 ELSE 0 END) AS value
FROM told AS t
LEFT JOIN again AS a
    ON a.gap_next = t.gap_next AND a.seconds = t.seconds AND a.seconds_next = t.seconds_next AND a.gap_after_next = t.gap_after_next
GROUP BY t.class_id
HAVING count(*) >= 15
