/*
level:    class
family:   teaching
title:    {zh: 教师在几家机构上课, en: "Institutions that share the trainer"}
says:     教师名下的班分属几家培训主体
high:     几家机构共用一套师资，可能是一家
innocent: 外聘教师
typologies: [T13, T41]
typical:  peers
unit:     家
weighs:   some
grain:    0.5
*/
WITH served AS (
    SELECT trainer_id, count(DISTINCT organiser_id) AS organisers FROM classes WHERE trainer_id IS NOT NULL GROUP BY trainer_id
)
SELECT k.class_id AS key, CAST(s.organisers AS DOUBLE) AS value
FROM classes AS k
JOIN served AS s ON s.trainer_id = k.trainer_id
