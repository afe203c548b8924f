/*
level:    institution
family:   claiming
title:    {zh: 一进目录就开班, en: "Classes right after listing"}
says:     第一期班开班日距入目录日的月数，1 加月数的倒数
high:     为套项目而设立
innocent: 筹备已久、换证重新入目录
typologies: [T13, T31, T14]
typical:  all
unit:     倒数
weighs:   little
grain:    0.1
*/
WITH listed AS (
    SELECT institution_id, min(listed_from) AS listed_from FROM institutions WHERE listed_from IS NOT NULL GROUP BY institution_id
),
opened AS (
    SELECT organiser_id, min(start_date) AS start_date FROM class_profiles GROUP BY organiser_id
)
SELECT o.organiser_id AS key, 1 / (1 + GREATEST(0, date_diff('day', l.listed_from, o.start_date)) / 30.0) AS value
FROM opened AS o
JOIN listed AS l ON l.institution_id = o.organiser_id
