/*
level:    institution
family:   teaching
title:    {zh: 师资撑不起学员数, en: "Trainees per trainer"}
says:     名册总人次除以教师人数，取自然对数
high:     师资是挂名的
innocent: 一名教师轮流带多期班
typologies: [T13, T25]
typical:  all
unit:     对数人
weighs:   some
grain:    0.3
*/
SELECT organiser_id AS key, ln(CAST(sum(persons) AS DOUBLE) / count(DISTINCT trainer_id)) AS value
FROM class_profiles
WHERE persons > 0 AND trainer_id IS NOT NULL
GROUP BY organiser_id
