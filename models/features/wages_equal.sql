/*
level:    institution
family:   work
title:    {zh: 工资人人一样, en: "Everybody is paid the same"}
says:     以工代训人员的工资里，最常见的一个实发数占多少
high:     工资表是编的
innocent: 统一按最低工资标准发
typologies: [T29, T30]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH claimed AS (
    SELECT DISTINCT claimant_id, id_number FROM live_claims WHERE subsidy_kind = 'work_training'
),
wages AS (
    SELECT p.employer_id, p.id_number, p.month, p.gross_pay, p.net_pay, p.bank_account, p.days_worked
    FROM payroll AS p
    JOIN claimed AS c ON c.claimant_id = p.employer_id AND c.id_number = p.id_number
),
counted AS (
    SELECT employer_id, net_pay, count(*) AS times FROM wages WHERE net_pay > 0 GROUP BY employer_id, net_pay
)
SELECT employer_id AS key, CAST(max(times) AS DOUBLE) / sum(times) AS value
FROM counted
GROUP BY employer_id
HAVING sum(times) >= 10
