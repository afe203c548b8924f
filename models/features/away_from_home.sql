/*
level:    class
family:   teaching
title:    {zh: 到别的市办班, en: "A class in another city"}
says:     班级所在市与培训主体所在市不同记 1，相同记 0
high:     异地办班，难以监管
innocent: 下乡办班、承接外地项目
typologies: [T41, T37]
typical:  all
unit:     是否
weighs:   little
grain:    0.2
*/
SELECT k.class_id AS key, CASE WHEN left(k.division, 4) <> left(o.division, 4) THEN 1.0 ELSE 0.0 END AS value
FROM classes AS k
JOIN organisations AS o ON o.institution_id = k.organiser_id
WHERE o.division IS NOT NULL
