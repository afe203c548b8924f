/*
level:    claim
family:   copies
title:    {zh: 本人总跟着另一人签到, en: "The person always punches right after one other"}
says:     本人在同一个人之后 10 秒内签到的次数占本人到课时段的比例
high:     由别人代签
innocent: 结伴而来
typologies: [T08, T01]
typical:  all
unit:     占比
weighs:   much
grain:    0.1
*/
WITH people AS (
    SELECT claim_id, class_id, id_number FROM live_claims WHERE class_id IS NOT NULL AND subsidy_kind IN ('training', 'living', 'transport')
)
SELECT c.claim_id AS key, max(CAST(p.follows_one AS DOUBLE) / p.came) AS value
FROM people AS c
JOIN class_people AS p ON p.class_id = c.class_id AND p.id_number = c.id_number
JOIN class_profiles AS k ON k.class_id = c.class_id AND k.by_machine AND k.to_the_second
WHERE p.came >= 4
GROUP BY c.claim_id
