/*
level:    institution
family:   contacts
title:    {zh: 几人工资进一个账户, en: "Wages of several persons into one account"}
says:     有账户的工资行里，同一账户也收别人工资的占比
high:     钱由一个人收走
innocent: 夫妻、父子共用账户
typologies: [T30, T38]
typical:  all
unit:     占比
weighs:   much
grain:    0.05
*/
WITH paid AS (
    SELECT employer_id, bank_account, id_number, count(*) AS times
    FROM payroll
    WHERE bank_account IS NOT NULL
    GROUP BY employer_id, bank_account, id_number
),
accounts AS (
    SELECT employer_id, regexp_replace(bank_account, '\s', '', 'g') AS account, CAST(sum(times) AS BIGINT) AS times, count(DISTINCT id_number) AS persons
    FROM paid
    GROUP BY employer_id, regexp_replace(bank_account, '\s', '', 'g')
)
SELECT employer_id AS key, CAST(sum(CASE WHEN persons > 1 THEN times ELSE 0 END) AS DOUBLE) / sum(times) AS value
FROM accounts
GROUP BY employer_id
HAVING sum(times) >= 5
