/*
level:    class
family:   rhythm
title:    {zh: 到课时间挤在一分钟里, en: "Arrivals within a minute of the middle"}
says:     线下机器签到中，与该时段中位时刻相差不到 60 秒的占比
high:     签到是一次批量录入的，没有人早到也没有人迟到
innocent: 厂里下班集体进教室、班车同到
typologies: [T09, T08]
typical:  peers
unit:     占比
weighs:   some
grain:    0.05
*/
SELECT p.class_id AS key, avg(CASE WHEN abs(p.late) < 60 THEN 1 ELSE 0 END) AS value
FROM punches AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND NOT p.by_hand
WHERE p.slot_size >= 5
GROUP BY p.class_id
HAVING count(*) >= 20
