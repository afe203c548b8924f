/*
level:    institution
family:   claiming
title:    {zh: 集中在一个月开班, en: "Classes concentrated in one month"}
says:     开班最多的一个月的人次占全部人次的比例；至少 4 个班
high:     突击开班
innocent: 季节性行业、一次性项目
typologies: [T14, T43]
typical:  all
unit:     占比
weighs:   little
grain:    0.1
*/
WITH months AS (
    SELECT organiser_id, CAST(date_trunc('month', start_date) AS DATE) AS month, sum(persons) AS persons, count(*) AS classes
    FROM class_profiles
    GROUP BY organiser_id, CAST(date_trunc('month', start_date) AS DATE)
)
SELECT organiser_id AS key, CAST(max(persons) AS DOUBLE) / sum(persons) AS value
FROM months
GROUP BY organiser_id
HAVING sum(classes) >= 4 AND sum(persons) > 0
