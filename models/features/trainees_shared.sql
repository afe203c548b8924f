/*
level:    institution
family:   roster
title:    {zh: 学员与别家重叠, en: "Trainees shared with other institutions"}
says:     本机构的学员里，也在别家名册上的占比
high:     同一批人在几家之间流转
innocent: 当地机构少，人总要在几家学
typologies: [T12, T28, T01]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH members AS (
    SELECT DISTINCT k.organiser_id, e.id_number FROM enrolments AS e JOIN classes AS k ON k.class_id = e.class_id
),
counted AS (
    SELECT id_number, count(*) AS organisers FROM members GROUP BY id_number
)
SELECT m.organiser_id AS key, avg(CASE WHEN c.organisers > 1 THEN 1 ELSE 0 END) AS value
FROM members AS m
JOIN counted AS c ON c.id_number = m.id_number
GROUP BY m.organiser_id
HAVING count(*) >= 5
