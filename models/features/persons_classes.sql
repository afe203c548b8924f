/*
level:    class
family:   roster
title:    {zh: 学员人均上过几个班, en: "Classes per trainee"}
says:     名册上的人平均上过几个班（含本班）
high:     有一批职业学员
innocent: 失业人员连续参加不同培训
typologies: [T28, T03]
typical:  peers
unit:     个
weighs:   some
grain:    0.15
*/
WITH counted AS (
    SELECT id_number, count(DISTINCT class_id) AS classes FROM enrolments GROUP BY id_number
)
SELECT e.class_id AS key, avg(c.classes) AS value
FROM enrolments AS e
JOIN counted AS c ON c.id_number = e.id_number
GROUP BY e.class_id
