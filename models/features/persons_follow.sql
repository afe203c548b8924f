/*
level:    class
family:   copies
title:    {zh: 有人总跟在同一人后面签到, en: "Persons who always punch right after one other"}
says:     一半以上的时段里在同一个人之后 10 秒内签到的人占比
high:     一人拿几个人的卡或照片代签
innocent: 同事、夫妻结伴而来
typologies: [T08, T01]
typical:  peers
unit:     占比
weighs:   much
grain:    0.05
*/
SELECT p.class_id AS key, avg(CASE WHEN 2 * p.follows_one >= p.came THEN 1 ELSE 0 END) AS value
FROM class_people AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
WHERE p.came >= 4
GROUP BY p.class_id
HAVING count(*) >= 5
