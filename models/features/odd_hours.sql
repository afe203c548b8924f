/*
level:    class
family:   presence
title:    {zh: 在深夜签到, en: "Sessions at night"}
says:     22 点后、6 点前签到的占比
high:     不像真在上课
innocent: 夜班工人、线上自学
typologies: [T26]
typical:  peers
unit:     占比
weighs:   little
grain:    0.05
*/
SELECT class_id AS key, avg(CASE WHEN extract(HOUR FROM check_in) >= 22 OR extract(HOUR FROM check_in) < 6 THEN 1 ELSE 0 END) AS value
FROM sessions
GROUP BY class_id
HAVING count(*) >= 10
