/*
level:    class
family:   contacts
title:    {zh: 手机号连号, en: "Phone numbers in a series"}
says:     名册上的手机号，前九位与本班另一人相同的占比
high:     号码是编的，或批量开的卡
innocent: 单位集团号
typologies: [T01, T38]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH phones AS (
    SELECT class_id, id_number, right(phone, 11) AS phone
    FROM enrolments
    WHERE regexp_full_match(phone, '[0-9]+')
),
series AS (
    SELECT class_id, left(phone, 9) AS head, count(DISTINCT phone) AS phones, count(*) AS persons
    FROM phones
    WHERE length(phone) = 11
    GROUP BY class_id, left(phone, 9)
)
SELECT class_id AS key, CAST(sum(CASE WHEN phones > 1 THEN persons ELSE 0 END) AS DOUBLE) / sum(persons) AS value
FROM series
GROUP BY class_id
HAVING sum(persons) >= 5
