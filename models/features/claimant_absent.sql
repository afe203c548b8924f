/*
level:    claim
family:   presence
title:    {zh: 本人少来, en: "The person was hardly there"}
says:     本人没来的上课天数占全班上课天数的比例
high:     没上课却领了补贴
innocent: 请假、设备漏记
typologies: [T01, T47]
typical:  all
unit:     占比
weighs:   much
grain:    0.15
*/
WITH days AS (
    SELECT class_id, count(DISTINCT session_date) AS days FROM sessions GROUP BY class_id
),
people AS (
    SELECT claim_id, class_id, id_number FROM live_claims WHERE class_id IS NOT NULL AND subsidy_kind IN ('training', 'living', 'transport')
)
SELECT c.claim_id AS key, max(1 - CAST(coalesce(a.days, 0) AS DOUBLE) / d.days) AS value
FROM people AS c
JOIN days AS d ON d.class_id = c.class_id
LEFT JOIN attended AS a ON a.class_id = c.class_id AND a.id_number = c.id_number
GROUP BY c.claim_id
