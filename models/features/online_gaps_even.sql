/*
level:    class
family:   clock
title:    {zh: 线上学习间隔恒定, en: "Constant gaps in online study"}
says:     同一人相邻两次线上学习开始的间隔（到分）里，全班最常见的一个占多少
high:     脚本定时启动
innocent: 每天固定时间上课
typologies: [T10]
typical:  all
unit:     占比
weighs:   some
grain:    0.03
*/
WITH starts AS (
    SELECT
        class_id,
        CAST(date_diff('second', lag(check_in) OVER (PARTITION BY class_id, id_number ORDER BY check_in), check_in) / 60 AS INTEGER) AS minutes
    FROM sessions
    WHERE mode = 'online'
),
counted AS (
    SELECT class_id, minutes, count(*) AS times
    FROM starts
    WHERE minutes IS NOT NULL
    GROUP BY class_id, minutes
)
SELECT class_id AS key, CAST(max(times) AS DOUBLE) / sum(times) AS value
FROM counted
GROUP BY class_id
HAVING sum(times) >= 20
