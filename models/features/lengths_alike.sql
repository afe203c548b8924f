/*
level:    class
family:   rhythm
title:    {zh: 上课时长差不多, en: "Lengths of sessions alike"}
says:     线下机器签到中，时长与本班本段中位时长相差不到 60 秒的占比
high:     签退时间是编出来的
innocent: 统一下课、排队签退
typologies: [T09]
typical:  peers
unit:     占比
weighs:   some
grain:    0.05
*/
WITH usual AS (
    SELECT class_id, slot, median(CAST(seconds AS DOUBLE)) AS seconds
    FROM punches
    WHERE seconds IS NOT NULL
    GROUP BY class_id, slot
)
SELECT p.class_id AS key, avg(CASE WHEN abs(p.seconds - u.seconds) < 60 THEN 1 ELSE 0 END) AS value
FROM punches AS p
JOIN usual AS u ON u.class_id = p.class_id AND u.slot = p.slot
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine
        AND NOT p.by_hand
WHERE p.seconds IS NOT NULL
GROUP BY p.class_id
HAVING count(*) >= 20
