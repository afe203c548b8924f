/*
level:    class
family:   contacts
title:    {zh: 没有留电话, en: "No phone"}
says:     名册上没有电话的人占比
high:     不想让人打电话核实
innocent: 老年人、老表格
typologies: [T01]
typical:  peers
unit:     占比
weighs:   little
grain:    0.05
*/
SELECT class_id AS key, avg(CASE WHEN phone IS NULL THEN 1 ELSE 0 END) AS value
FROM enrolments
GROUP BY class_id
HAVING count(*) >= 3
