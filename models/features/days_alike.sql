/*
level:    class
family:   rhythm
title:    {zh: 天天同一刻到齐, en: "Every day the same middle moment"}
says:     线下各时段的中位签到时刻，与本班该段全期中位数相差不到 60 秒的占比
high:     每天的考勤照同一个模板生成
innocent: 固定班车、固定早会
typologies: [T09]
typical:  peers
unit:     占比
weighs:   some
grain:    0.05
*/
WITH usual AS (
    SELECT class_id, slot, median(CAST(usual_at AS DOUBLE)) AS usual_at
    FROM class_slots
    GROUP BY class_id, slot
)
SELECT s.class_id AS key, avg(CASE WHEN abs(s.usual_at - u.usual_at) < 60 THEN 1 ELSE 0 END) AS value
FROM class_slots AS s
JOIN usual AS u ON u.class_id = s.class_id AND u.slot = s.slot
JOIN class_profiles AS k ON k.class_id = s.class_id AND k.by_machine AND k.to_the_second
GROUP BY s.class_id
HAVING count(*) >= 5
