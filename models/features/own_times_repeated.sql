/*
level:    class
family:   copies
title:    {zh: 本人在不同日子同一秒签到, en: "Same person, same second, other days"}
says:     线下机器签到中，同一人在另一天也在同一时刻（到秒）签到的占比
high:     考勤由程序生成或逐日复制
innocent: 个别人掐着点到
typologies: [T09]
typical:  peers
unit:     占比
weighs:   much
grain:    0.03
*/
SELECT p.class_id AS key, CAST(sum(p.repeated_times) AS DOUBLE) / sum(p.came) AS value
FROM class_people AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
WHERE p.came >= 3
GROUP BY p.class_id
HAVING count(*) >= 5 AND sum(p.came) >= 20
