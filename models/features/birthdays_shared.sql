/*
level:    class
family:   roster
title:    {zh: 名册里同年同月同日生的人多, en: "Same date of birth on one roster"}
says:     名册上与另一人出生年月日相同的人占比
high:     身份证号是编造的，或从花名册成批抄来
innocent: 学校同届学生偶然
typologies: [T01, T37]
typical:  peers
unit:     占比
weighs:   some
grain:    0.06
*/
WITH born AS (
    SELECT class_id, count(*) AS persons
    FROM enrolments
    WHERE regexp_full_match(id_number, '[0-9]{17}[0-9X]')
    GROUP BY class_id, substr(id_number, 7, 8)
)
SELECT class_id AS key, CAST(sum(CASE WHEN persons > 1 THEN persons ELSE 0 END) AS DOUBLE) / sum(persons) AS value
FROM born
GROUP BY class_id
HAVING sum(persons) >= 5
