/*
level:    institution
family:   work
title:    {zh: 以工代训人员没有参保, en: "Work trainees without insurance"}
says:     以工代训人员里，在本单位没有任何社保缴费的占比
high:     不是本单位职工
innocent: 社保缓缴、数据未交
typologies: [T29, T31, T32]
typical:  all
unit:     占比
weighs:   some
grain:    0.08
*/
WITH claimed AS (
    SELECT DISTINCT c.claimant_id, c.id_number
    FROM live_claims AS c
    WHERE c.subsidy_kind = 'work_training'
),
insured AS (
    SELECT DISTINCT employer_id, id_number FROM insurance
)
SELECT c.claimant_id AS key, avg(CASE WHEN i.id_number IS NULL THEN 1 ELSE 0 END) AS value
FROM claimed AS c
LEFT JOIN insured AS i ON i.employer_id = c.claimant_id AND i.id_number = c.id_number
GROUP BY c.claimant_id
HAVING count(*) >= 5
