/*
level:    institution
family:   teaching
title:    {zh: 教师与别家重叠, en: "Trainers shared with other institutions"}
says:     本机构的教师里，也在别家带班的占比
high:     师资共用，可能是一家
innocent: 外聘教师
typologies: [T13, T41]
typical:  all
unit:     占比
weighs:   some
grain:    0.1
*/
WITH members AS (
    SELECT DISTINCT organiser_id, trainer_id FROM classes WHERE trainer_id IS NOT NULL
),
counted AS (
    SELECT trainer_id, count(*) AS organisers FROM members GROUP BY trainer_id
)
SELECT m.organiser_id AS key, avg(CASE WHEN c.organisers > 1 THEN 1 ELSE 0 END) AS value
FROM members AS m
JOIN counted AS c ON c.trainer_id = m.trainer_id
GROUP BY m.organiser_id
