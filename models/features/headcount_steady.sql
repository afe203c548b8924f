/*
level:    class
family:   presence
title:    {zh: 每天到课人数不变, en: "The same number every day"}
says:     线下各时段到课人数与全期最常见人数相同的占比
high:     考勤按名册批量生成
innocent: 封闭集中培训；班小
typologies: [T09, T02]
typical:  peers
unit:     占比
weighs:   some
grain:    0.05
*/
WITH counted AS (
    SELECT class_id, persons, count(*) AS times
    FROM class_slots
    WHERE slots >= 5
    GROUP BY class_id, persons
)
SELECT class_id AS key, CAST(max(times) AS DOUBLE) / sum(times) AS value
FROM counted
GROUP BY class_id
