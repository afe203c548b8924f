/*
level:    class
family:   rhythm
title:    {zh: 迟到的形状, en: "Shape of lateness"}
says:     签到晚于中位时刻的平均秒数与散布之比：真人多数提前到，少数迟很久
high:     少数人迟得特别久
low:      早晚两边对称，像按公式生成
innocent: 路远、雨雪、交通
typologies: [T09]
typical:  peers
unit:     比值
weighs:   little
grain:    0.05
*/
SELECT p.class_id AS key, avg(CAST(p.late AS DOUBLE)) / stddev_samp(p.late) AS value
FROM punches AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second AND NOT p.by_hand
WHERE p.slot_size >= 5
GROUP BY p.class_id
HAVING count(*) >= 30 AND stddev_samp(p.late) > 0
