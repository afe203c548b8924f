/*
title: {zh: 以工代训的单位和人员, en: Persons claimed for in work-for-training}
says: 每个单位申领过以工代训补贴（有效申领）的每个人：在该单位的工资行数、其中不在申领月份的行数、社保缴费行数。
*/
WITH claimed AS (
    SELECT DISTINCT claimant_id, id_number
    FROM live_claims
    WHERE subsidy_kind = 'work_training'
),
claimed_months AS (
    SELECT DISTINCT claimant_id, id_number, month
    FROM live_claims
    WHERE subsidy_kind = 'work_training'
),
paid AS (
    SELECT p.employer_id, p.id_number, count(*) AS wages, count(*) - count(m.month) AS wages_unclaimed
    FROM payroll AS p
    LEFT JOIN claimed_months AS m
        ON m.claimant_id = p.employer_id AND m.id_number = p.id_number AND m.month = p.month
    GROUP BY p.employer_id, p.id_number
),
insured AS (
    SELECT employer_id, id_number, count(*) AS contributions
    FROM insurance
    GROUP BY employer_id, id_number
)
SELECT
    c.claimant_id AS employer_id, c.id_number, coalesce(p.wages, 0) AS wages, coalesce(p.wages_unclaimed, 0) AS wages_unclaimed,
    coalesce(i.contributions, 0) AS contributions
FROM claimed AS c
LEFT JOIN paid AS p ON p.employer_id = c.claimant_id AND p.id_number = c.id_number
LEFT JOIN insured AS i ON i.employer_id = c.claimant_id AND i.id_number = c.id_number
