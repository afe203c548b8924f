/*
level:    institution
family:   work
title:    {zh: 工资是整百, en: "Round wages"}
says:     以工代训人员的工资里，实发数是整百元的占比
high:     没有社保、个税的扣减，不像真发的
innocent: 临时用工按天结算
typologies: [T29, T30]
typical:  all
unit:     占比
weighs:   some
grain:    0.08
*/
WITH claimed AS (
    SELECT DISTINCT claimant_id, id_number FROM live_claims WHERE subsidy_kind = 'work_training'
),
wages AS (
    SELECT p.employer_id, p.id_number, p.month, p.gross_pay, p.net_pay, p.bank_account, p.days_worked
    FROM payroll AS p
    JOIN claimed AS c ON c.claimant_id = p.employer_id AND c.id_number = p.id_number
)
SELECT employer_id AS key, avg(CASE WHEN net_pay = 100 * floor(net_pay / 100) THEN 1 ELSE 0 END) AS value
FROM wages
WHERE net_pay > 0
GROUP BY employer_id
HAVING count(*) >= 10
