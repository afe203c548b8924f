/*
level:    class
family:   breaks
title:    {zh: 班里像有两种人, en: "Two kinds of people in one class"}
says:     本人早晚相差的标准差（取对数）在全班的标准差：真人之间相差不大
high:     真学员里混有编造考勤的人，一部分人的考勤与另一部分不像一个来源
innocent: 有人住校、有人走读
typologies: [T01]
typical:  peers
unit:     对数标准差
weighs:   some
grain:    0.05
*/
SELECT p.class_id AS key, stddev_samp(ln(1 + p.late_spread)) AS value
FROM class_people AS p
JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
WHERE p.came >= 4 AND p.late_spread IS NOT NULL
GROUP BY p.class_id
HAVING count(*) >= 6
