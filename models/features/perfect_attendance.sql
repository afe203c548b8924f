/*
level:    class
family:   presence
title:    {zh: 全勤的人太多, en: "Too many with perfect attendance"}
says:     线下班有考勤的人里，一个时段都不缺的占比
high:     考勤不是真的：真人会生病、有事
innocent: 封闭集中培训；课期很短
typologies: [T09, T02]
typical:  peers
unit:     占比
weighs:   some
grain:    0.05
*/
SELECT class_id AS key, avg(CASE WHEN came = slots THEN 1 ELSE 0 END) AS value
FROM class_people
WHERE slots >= 4
GROUP BY class_id
HAVING count(*) >= 5
