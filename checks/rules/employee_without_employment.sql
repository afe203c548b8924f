/*
clause:   skillwatch-signs 无劳动关系
title:    {zh: 记为企业职工而无工资、无参保, en: "Enrolled as an employee, yet neither wages nor insurance"}
means:    名册记为企业职工并写了用人单位的，从开班月份之前规定的月数到结业月份，在该单位至少有一个月的工资发放或社会保险缴费；都没有的，只作线索。
explain:  {zh: "申领{claim_id}的学员在班级{class_id}记为{employer_id}的职工，{from_month}至{to_month}有工资或参保的月数是{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: the person is enrolled in class {class_id} as an employee of {employer_id}; months with wages or insurance there from {from_month} to {to_month}: {observed}. Subsidy concerned: {amount_at_risk} yuan."}
severity: lead
remedy:   查看劳动合同、工资发放和考勤；核对是否劳务派遣、是否刚入职；确无劳动关系的，更正人员类别，不合条件的退回补贴。
innocent: 劳务派遣，工资、参保在派遣公司；刚入职或试用期未参保；工资、参保数据晚交；总公司统一发薪、参保。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], enrolments: [class_id, id_number]}
counterpart: {payroll: {where: {employer_id: employer_id}, named: [id_number], unread: {employer_id: id_number}}, insurance: {where: {employer_id: employer_id}, named: [id_number], unread: {employer_id: id_number}}}
*/
WITH employees AS (
    SELECT
        c.claim_id, c.division, c.organiser_id, c.class_id, c.id_number, c.employer_id, c.amount,
        CAST(date_trunc('month', c.start_date) - CAST(p.number AS INTEGER) * INTERVAL 1 MONTH AS DATE) AS from_month,
        CAST(date_trunc('month', c.end_date) AS DATE) AS to_month
    FROM class_claims AS c
    JOIN parameter AS p
        ON p.id = 'employment_months' AND p.city = c.class_city AND c.start_date >= p.valid_from AND c.start_date < p.valid_until
    WHERE c.category = 'employee' AND c.employer_id IS NOT NULL
),
examined AS (
    SELECT
        k.claim_id, k.division, k.organiser_id AS institution_id, k.class_id, k.id_number, k.employer_id, k.from_month, k.to_month,
        count(m.month) AS observed, '至少1个月有工资或参保' AS allowed, k.amount AS amount_at_risk
    FROM employees AS k
    LEFT JOIN employment_months AS m
        ON m.employer_id = k.employer_id AND m.id_number = k.id_number AND m.month >= k.from_month AND m.month <= k.to_month
    GROUP BY k.claim_id, k.division, k.organiser_id, k.class_id, k.id_number, k.employer_id, k.from_month, k.to_month, k.amount
)
SELECT *
FROM examined
WHERE observed = 0
