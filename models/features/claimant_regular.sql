/*
level:    claim
family:   rhythm
title:    {zh: 本人早晚的波动, en: "How much the person's arrivals vary"}
says:     本人签到早晚（秒）的标准差的自然对数
high:     忽早忽晚
low:      分秒不差，不像真人
innocent: 路远
typologies: [T09, T01]
typical:  all
unit:     对数秒
weighs:   some
grain:    0.2
*/
WITH people AS (
    SELECT claim_id, class_id, id_number FROM live_claims WHERE class_id IS NOT NULL AND subsidy_kind IN ('training', 'living', 'transport')
)
SELECT c.claim_id AS key, max(ln(1 + p.late_spread)) AS value
FROM people AS c
JOIN class_people AS p ON p.class_id = c.class_id AND p.id_number = c.id_number
JOIN class_profiles AS k ON k.class_id = c.class_id AND k.by_machine AND k.to_the_second
WHERE p.came >= 4 AND p.late_spread IS NOT NULL
GROUP BY c.claim_id
