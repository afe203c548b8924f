/*
level:    claim
family:   contacts
title:    {zh: 电话与几人共用, en: "Persons who share the phone"}
says:     名册上本人的电话同时是几个人（不同身份证号）的，取自然对数
high:     联系不到本人
innocent: 家人合用、班主任代填
typologies: [T01, T38]
typical:  all
unit:     对数人
weighs:   some
grain:    0.3
*/
WITH phones AS (
    SELECT class_id, id_number, right(phone, 11) AS phone
    FROM enrolments
    WHERE regexp_full_match(phone, '[0-9]{7,}')
),
owners AS (
    SELECT phone, count(DISTINCT id_number) AS persons FROM phones GROUP BY phone
),
people AS (
    SELECT claim_id, class_id, id_number FROM live_claims WHERE class_id IS NOT NULL AND subsidy_kind IN ('training', 'living', 'transport')
)
SELECT c.claim_id AS key, max(ln(o.persons)) AS value
FROM people AS c
JOIN phones AS p ON p.class_id = c.class_id AND p.id_number = c.id_number
JOIN owners AS o ON o.phone = p.phone
GROUP BY c.claim_id
