/*
level:    class
family:   copies
title:    {zh: 个人签到与他人雷同, en: "A person's times are another's"}
says:     每个人相邻两次上课的时长和两次签到的间隔（到秒）与另一个人更早（或同一天）的完全一样的占比；整分钟的不算
high:     名册里有人的考勤是照抄别人的，即使钟点整体挪动过
innocent: 系统故障后按同一份记录补录
typologies: [T01, T09, T08]
typical:  all
unit:     占比
weighs:   much
grain:    0.03
*/
WITH steps AS (
    SELECT
        p.class_id, p.id_number, p.session_date, p.seconds,
        lead(p.came_at) OVER (PARTITION BY p.class_id, p.id_number ORDER BY p.session_date, p.slot, p.place) - p.came_at AS step,
        lead(p.seconds) OVER (PARTITION BY p.class_id, p.id_number ORDER BY p.session_date, p.slot, p.place) AS seconds_then
    FROM punches AS p
    JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
        AND NOT p.by_hand
),
told AS (
    SELECT *
    FROM steps
    WHERE seconds IS NOT NULL AND seconds_then IS NOT NULL AND step IS NOT NULL AND NOT (seconds % 60 = 0 AND step % 60 = 0)
),
-- most come once: identity numbers are compared only of what comes again
again AS (
    SELECT seconds, step, seconds_then
    FROM told
    GROUP BY seconds, step, seconds_then
    HAVING count(*) > 1
),
found AS (
    SELECT
        t.seconds, t.step, t.seconds_then, min(t.id_number) AS one_id, max(t.id_number) AS other_id,
        min(t.session_date) AS first_day, max(t.session_date) AS last_day
    FROM told AS t
    JOIN again AS a ON a.seconds = t.seconds AND a.step = t.step AND a.seconds_then = t.seconds_then
    GROUP BY t.seconds, t.step, t.seconds_then
)
SELECT
    t.class_id AS key,
    avg(CASE WHEN f.one_id <> f.other_id AND (f.first_day = f.last_day OR f.first_day < t.session_date) THEN 1 ELSE 0 END) AS value
FROM told AS t
LEFT JOIN found AS f ON f.seconds = t.seconds AND f.step = t.step AND f.seconds_then = t.seconds_then
GROUP BY t.class_id
HAVING count(*) >= 15
