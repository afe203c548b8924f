/*
level:    class
family:   rhythm
title:    {zh: 线上课几人同时开始, en: "Online sessions that start in step"}
says:     线上签到中，30 秒内同班另有两人以上也开始的占比
high:     脚本同时替多人开课
innocent: 直播课准点开始
typologies: [T10]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH starts AS (
    SELECT
        class_id,
        date_diff('second', lag(check_in, 2) OVER (PARTITION BY class_id ORDER BY check_in, id_number), check_in) AS since_second_last,
        date_diff('second', check_in, lead(check_in, 2) OVER (PARTITION BY class_id ORDER BY check_in, id_number)) AS till_second_next
    FROM sessions
    WHERE mode = 'online'
)
SELECT class_id AS key, avg(CASE WHEN since_second_last <= 30 OR till_second_next <= 30 THEN 1 ELSE 0 END) AS value
FROM starts
GROUP BY class_id
HAVING count(*) >= 20
