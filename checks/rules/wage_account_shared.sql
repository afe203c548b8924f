/*
clause:   skillwatch-signs 工资账户共用
title:    {zh: 一个账户代收多人工资, en: One account receives several persons' wages}
means:    同一单位把多人的工资发到同一账户，人数达到规定数；以最近一个工资所属月适用的数值为准。
explain:  {zh: "单位{employer_id}在{first_month}至{last_month}间把{observed}人的工资发到同一账户{bank_account}，达到{allowed}人。", en: "From {first_month} to {last_month} employer {employer_id} paid the wages of {observed} persons into account {bank_account} ({allowed} suffice)."}
severity: lead
remedy:   核对银行代发明细和账户户名，询问职工是否实际领到工资。
innocent: 夫妻、父子同在一个单位而共用账户；班组长代领后转发；单位误把代发专户填成收款账号。
subject:  employer
key:      [employer_id, bank_account]
evidence: {payroll: [employer_id, bank_account]}
*/
WITH shared AS (
    SELECT
        employer_id, bank_account, min(month) AS first_month, max(month) AS last_month, count(DISTINCT id_number) AS persons
    FROM payroll
    WHERE bank_account IS NOT NULL
    GROUP BY employer_id, bank_account
),
examined AS (
    SELECT
        s.employer_id, s.bank_account, e.division, s.employer_id AS institution_id, s.first_month, s.last_month,
        s.persons AS observed, CAST(p.number AS INTEGER) AS allowed
    FROM shared AS s
    JOIN employers AS e ON e.employer_id = s.employer_id
    JOIN parameter AS p
        ON p.id = 'wage_account_persons' AND p.city = e.city AND s.last_month >= p.valid_from AND s.last_month < p.valid_until
)
SELECT *, [] AS claim_ids, 0 AS amount_at_risk
FROM examined
WHERE observed >= allowed
