/*
level:    claim
family:   work
title:    {zh: 以工代训本人没有参保, en: "Work trainee without insurance"}
says:     以工代训申领的人在申领单位有过社保缴费记 0，没有记 1；单位没有交过社保数据的不算
high:     不是本单位职工
innocent: 新入职、缓缴
typologies: [T29, T31]
typical:  all
unit:     是否
weighs:   some
grain:    0.2
*/
WITH insured AS (
    SELECT DISTINCT employer_id, id_number FROM insurance
),
employers_told AS (
    SELECT DISTINCT employer_id FROM insurance
)
SELECT c.claim_id AS key, max(CASE WHEN i.id_number IS NULL THEN 1.0 ELSE 0.0 END) AS value
FROM live_claims AS c
JOIN employers_told AS t ON t.employer_id = c.claimant_id
LEFT JOIN insured AS i ON i.employer_id = c.claimant_id AND i.id_number = c.id_number
WHERE c.subsidy_kind = 'work_training'
GROUP BY c.claim_id
