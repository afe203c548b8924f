/*
level:    institution
family:   contacts
title:    {zh: 工资账户连号, en: "Wage accounts in a series"}
says:     以工代训人员的工资账户里，去掉末三位后与另一账户相同的占比
high:     账户是同一天批量开的，由单位掌握
innocent: 银行上门集中开户
typologies: [T30, T38]
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
),
accounts AS (
    SELECT DISTINCT employer_id, regexp_replace(bank_account, '\s', '', 'g') AS account FROM wages WHERE bank_account IS NOT NULL
),
series AS (
    SELECT employer_id, left(account, length(account) - 3) AS head, count(*) AS accounts
    FROM accounts
    WHERE length(account) >= 10
    GROUP BY employer_id, left(account, length(account) - 3)
)
SELECT employer_id AS key, CAST(sum(CASE WHEN accounts > 1 THEN accounts ELSE 0 END) AS DOUBLE) / sum(accounts) AS value
FROM series
GROUP BY employer_id
HAVING sum(accounts) >= 5
