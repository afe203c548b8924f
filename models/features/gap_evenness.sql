/*
level:    class
family:   rhythm
title:    {zh: 签到间隔过于均匀, en: "Gaps between punches too even"}
says:     一个时段里前后两人间隔的平均数除以标准差；真人忽疏忽密，约为 1 或更小
high:     签到由程序按时序铺开
innocent: 老师按名册依次点名签到
typologies: [T09, T10]
typical:  peers
unit:     比值
weighs:   some
grain:    0.1
*/
SELECT p.class_id AS key, avg(CAST(p.gap AS DOUBLE)) / stddev_samp(p.gap) AS value
FROM punches AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second AND NOT p.by_hand
WHERE p.gap IS NOT NULL AND p.slot_size >= 5
GROUP BY p.class_id
HAVING count(*) >= 20 AND stddev_samp(p.gap) > 0
