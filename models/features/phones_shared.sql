/*
level:    class
family:   contacts
title:    {zh: 几个人留同一个电话, en: "Phones shared by several persons"}
says:     名册上留的电话也是别人（不同身份证号）电话的人占比
high:     学员联系不上，电话由机构代留
innocent: 家人合用、班主任代填
typologies: [T01, T38]
typical:  peers
unit:     占比
weighs:   some
grain:    0.05
*/
WITH phones AS (
    SELECT class_id, id_number, right(phone, 11) AS phone
    FROM enrolments
    WHERE regexp_full_match(phone, '[0-9]{7,}')
),
owners AS (
    SELECT phone, count(DISTINCT id_number) AS persons FROM phones GROUP BY phone
)
SELECT p.class_id AS key, avg(CASE WHEN o.persons > 1 THEN 1 ELSE 0 END) AS value
FROM phones AS p
JOIN owners AS o ON o.phone = p.phone
GROUP BY p.class_id
HAVING count(*) >= 3
