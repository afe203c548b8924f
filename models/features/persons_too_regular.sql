/*
level:    class
family:   breaks
title:    {zh: 有些人分秒不差, en: "Persons without any variation"}
says:     线下机器签到中，本人前后各次早晚相差的标准差不到全班中位数三成的人占比
high:     名册里混有编造考勤的人
innocent: 少数人一向准时
typologies: [T01, T09]
typical:  peers
unit:     占比
weighs:   some
grain:    0.03
*/
WITH people AS (
    SELECT p.class_id, p.late_spread
    FROM class_people AS p
    JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
    WHERE p.came >= 4 AND p.late_spread IS NOT NULL
),
usual AS (
    SELECT class_id, median(late_spread) AS late_spread FROM people GROUP BY class_id
)
SELECT p.class_id AS key, avg(CASE WHEN p.late_spread < 0.3 * u.late_spread THEN 1 ELSE 0 END) AS value
FROM people AS p
JOIN usual AS u ON u.class_id = p.class_id
GROUP BY p.class_id
HAVING count(*) >= 5
