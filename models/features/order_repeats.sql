/*
level:    class
family:   copies
title:    {zh: 签到先后次序天天一样, en: "The order of punching repeats"}
says:     每个人在时段里的排位与自己上一次同段排位的相关系数
high:     有人按名单顺序代签，或考勤逐日复制后稍作改动
low:      各人没有自己的习惯，次序像随机生成
innocent: 同车到达、按座位排队签到；人少时次序本来就稳
typologies: [T08, T09]
typical:  peers
unit:     相关系数
weighs:   much
grain:    0.1
*/
WITH placed AS (
    SELECT
        p.class_id, CAST(p.place AS DOUBLE) / p.slot_size AS place,
        lag(CAST(p.place AS DOUBLE) / p.slot_size) OVER (PARTITION BY p.class_id, p.id_number, p.slot ORDER BY p.session_date, p.place) AS place_before
    FROM punches AS p
    JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine
        AND NOT p.by_hand
    WHERE p.slot_size >= 5
)
-- rounded, so that a sum taken in another order gives the same
SELECT class_id AS key, round(corr(place, place_before), 6) + 0 AS value
FROM placed
WHERE place_before IS NOT NULL
GROUP BY class_id
HAVING count(*) >= 30 AND stddev_samp(place) > 0 AND stddev_samp(place_before) > 0
