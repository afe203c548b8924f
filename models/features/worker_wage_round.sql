/*
level:    claim
family:   work
title:    {zh: 以工代训本人工资是整百, en: "Work trainee with a round wage"}
says:     申领当月在申领单位的实发工资是整百元且等于应发，记 1，否则记 0
high:     工资表是编的
innocent: 按天结算
typologies: [T29, T30]
typical:  all
unit:     是否
weighs:   some
grain:    0.2
*/
SELECT c.claim_id AS key, max(CASE WHEN p.net_pay = 100 * floor(p.net_pay / 100) AND p.net_pay = p.gross_pay THEN 1.0 ELSE 0.0 END) AS value
FROM live_claims AS c
JOIN payroll AS p ON p.employer_id = c.claimant_id AND p.id_number = c.id_number AND p.month = c.month
WHERE c.subsidy_kind = 'work_training'
GROUP BY c.claim_id
