/*
level:    class
family:   exams
title:    {zh: 人人结业, en: "Everybody completes"}
says:     名册上结业的人占比
high:     走过场
innocent: 淘汰在开班前；小班
typologies: [T15, T02]
typical:  peers
unit:     占比
weighs:   little
grain:    0.04
*/
SELECT class_id AS key, avg(CASE WHEN completed THEN 1 ELSE 0 END) AS value
FROM enrolments
GROUP BY class_id
HAVING count(*) >= 5
