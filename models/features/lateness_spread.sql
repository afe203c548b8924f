/*
level:    class
family:   rhythm
title:    {zh: 到课时间的散布, en: "Spread of arrivals"}
says:     线下机器签到与该时段中位时刻相差的秒数，取绝对值后的中位数的自然对数
high:     到课时间散得不像同一堂课
low:      到课时间整齐得不像真人
innocent: 上机分批轮流、弹性到课
typologies: [T09]
typical:  peers
unit:     对数秒
weighs:   some
grain:    0.1
*/
SELECT p.class_id AS key, ln(1 + median(CAST(abs(p.late) AS DOUBLE))) AS value
FROM punches AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND NOT p.by_hand
WHERE p.slot_size >= 5
GROUP BY p.class_id
HAVING count(*) >= 20
