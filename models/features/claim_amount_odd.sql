/*
level:    claim
family:   claiming
title:    {zh: 金额与同类不同, en: "Amount unlike others of the kind"}
says:     申领金额与同一补贴类别、同一标准的申领的中位金额之比的自然对数
high:     金额高于同类
innocent: 标准调整、按课时折算
typologies: [T36]
typical:  all
unit:     对数比
weighs:   little
grain:    0.1
*/
WITH usual AS (
    SELECT subsidy_kind, standard, median(CAST(amount AS DOUBLE)) AS amount, count(*) AS claims
    FROM live_claims
    WHERE amount > 0
    GROUP BY subsidy_kind, standard
)
SELECT c.claim_id AS key, max(ln(CAST(c.amount AS DOUBLE) / u.amount)) AS value
FROM live_claims AS c
JOIN usual AS u ON u.subsidy_kind = c.subsidy_kind AND u.standard = c.standard
WHERE c.amount > 0 AND u.amount > 0
GROUP BY c.claim_id
