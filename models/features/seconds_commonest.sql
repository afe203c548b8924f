/*
level:    class
family:   clock
title:    {zh: 签到的秒数偏爱某个数, en: "A favourite second of the minute"}
says:     签到时刻的秒位（0 至 59）里最常见的一个占多少；只看记到秒的班
high:     时刻是人工编造或批量生成的
innocent: 人次少时偶然
typologies: [T09]
typical:  peers
unit:     占比
weighs:   some
grain:    0.02
*/
WITH digits AS (
    SELECT s.class_id, CAST(extract(SECOND FROM s.check_in) AS INTEGER) AS second, count(*) AS times
    FROM sessions AS s
    JOIN class_profiles AS k ON k.class_id = s.class_id AND k.to_the_second
    WHERE s.method <> 'paper'
    GROUP BY s.class_id, CAST(extract(SECOND FROM s.check_in) AS INTEGER)
)
SELECT class_id AS key, CAST(max(times) AS DOUBLE) / sum(times) AS value
FROM digits
GROUP BY class_id
HAVING sum(times) >= 40
