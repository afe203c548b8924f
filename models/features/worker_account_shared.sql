/*
level:    claim
family:   contacts
title:    {zh: 以工代训本人工资进别人账户, en: "Work trainee whose wage goes to a shared account"}
says:     申领当月的工资账户收几个人的工资，取自然对数
high:     钱由一个人收走
innocent: 夫妻共用账户
typologies: [T30, T38]
typical:  all
unit:     对数人
weighs:   much
grain:    0.3
*/
WITH paid AS (
    SELECT DISTINCT bank_account, id_number FROM payroll WHERE bank_account IS NOT NULL
),
accounts AS (
    SELECT regexp_replace(bank_account, '\s', '', 'g') AS account, count(DISTINCT id_number) AS persons
    FROM paid
    GROUP BY regexp_replace(bank_account, '\s', '', 'g')
)
SELECT c.claim_id AS key, max(ln(a.persons)) AS value
FROM live_claims AS c
JOIN payroll AS p ON p.employer_id = c.claimant_id AND p.id_number = c.id_number AND p.month = c.month
JOIN accounts AS a ON a.account = regexp_replace(p.bank_account, '\s', '', 'g')
WHERE c.subsidy_kind = 'work_training'
GROUP BY c.claim_id
