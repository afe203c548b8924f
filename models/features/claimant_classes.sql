/*
level:    claim
family:   roster
title:    {zh: 本人上过几个班, en: "Classes of the person"}
says:     本人在名册上一共出现在几个班，取自然对数
high:     职业学员或身份被冒用
innocent: 失业人员连续培训
typologies: [T28, T01]
typical:  all
unit:     对数个
weighs:   some
grain:    0.3
*/
WITH counted AS (
    SELECT id_number, count(DISTINCT class_id) AS classes FROM enrolments GROUP BY id_number
)
SELECT c.claim_id AS key, max(ln(n.classes)) AS value
FROM live_claims AS c
JOIN counted AS n ON n.id_number = c.id_number
GROUP BY c.claim_id
