/*
level:    class
family:   clock
title:    {zh: 签到间隔总是同一个数, en: "One gap between punches over and over"}
says:     线下机器签到中，前后两人相隔 1 至 60 秒的，最常见的一个间隔占多少，减去随机到达时应有的占比（平均间隔的倒数）
high:     脚本按固定间隔生成
innocent: 人少、间隔次数少时偶然
typologies: [T09, T10]
typical:  peers
unit:     占比
weighs:   much
grain:    0.04
*/
WITH gaps AS (
    SELECT p.class_id, p.gap, count(*) AS times
    FROM punches AS p
    JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine AND k.to_the_second
        AND NOT p.by_hand
    WHERE p.gap BETWEEN 1 AND 60
    GROUP BY p.class_id, p.gap
)
SELECT class_id AS key, CAST(max(times) AS DOUBLE) / sum(times) - CAST(sum(times) AS DOUBLE) / sum(gap * times) AS value
FROM gaps
GROUP BY class_id
HAVING sum(times) >= 20
