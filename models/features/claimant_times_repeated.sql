/*
level:    claim
family:   copies
title:    {zh: 本人每天同一秒签到, en: "The person punches at the same second every day"}
says:     本人在别的日子也在同一时刻（到秒）签到的次数占本人到课时段的比例
high:     考勤是编的或复制的
innocent: 偶然
typologies: [T09, T01]
typical:  all
unit:     占比
weighs:   much
grain:    0.1
*/
WITH people AS (
    SELECT claim_id, class_id, id_number FROM live_claims WHERE class_id IS NOT NULL AND subsidy_kind IN ('training', 'living', 'transport')
)
SELECT c.claim_id AS key, max(CAST(p.repeated_times AS DOUBLE) / p.came) AS value
FROM people AS c
JOIN class_people AS p ON p.class_id = c.class_id AND p.id_number = c.id_number
JOIN class_profiles AS k ON k.class_id = c.class_id AND k.by_machine AND k.to_the_second
WHERE p.came >= 4
GROUP BY c.claim_id
