/*
clause:   shanxi-2021-600 二
says:     通过大数据比对可核实企业为职工发放工资等情况的
title:    {zh: 以工代训的当月没有发放工资, en: Work-for-training without wages}
means:    以工代训补贴的前提是企业给职工发放了工资，由工资数据比对核实。申领单位在补贴所属月没有给本人发放实发大于0的工资的，不符合条件；不要求花名册，也不要求单独培训、考勤。
explain:  {zh: "申领{claim_id}由{claimant_id}申领{month}的以工代训补贴{amount_at_risk}元；该单位当月给本人的工资记录有{wage_rows}条，实发最多{observed}元。", en: "Claim {claim_id} of {claimant_id} asks {amount_at_risk} yuan of work-for-training subsidy for {month}; that employer has {wage_rows} wage records of the person for the month, of at most {observed} yuan net."}
severity: violation
remedy:   核对该单位当月的工资发放凭证和银行流水；确未发放工资的，退回补贴。
innocent: 工资数据晚交或漏交；由劳务派遣单位、总公司代发；工资所属月与补贴所属月错开一个月；身份证号录入错误。
subject:  claim
evidence: {claims: [claim_id], payroll: {employer_id: claimant_id, id_number: id_number, month: month}}
counterpart: {payroll: {where: {employer_id: claimant_id, month: month}, named: [id_number], unread: {claimant_id: id_number}}}
*/
WITH asked AS (
    SELECT claimant_id, id_number, month
    FROM live_claims
    WHERE subsidy_kind = 'work_training'
    GROUP BY claimant_id, id_number, month
),
wages AS (
    SELECT a.claimant_id, a.id_number, a.month, max(p.net_pay) AS net_pay, count(*) AS wage_rows
    FROM asked AS a
    JOIN payroll AS p ON p.employer_id = a.claimant_id AND p.id_number = a.id_number AND p.month = a.month
    GROUP BY a.claimant_id, a.id_number, a.month
),
examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.claimant_id, c.id_number, c.month,
        coalesce(w.wage_rows, 0) AS wage_rows, coalesce(w.net_pay, 0) AS observed, '大于 0' AS allowed, c.amount AS amount_at_risk
    FROM live_claims AS c
    LEFT JOIN wages AS w ON w.claimant_id = c.claimant_id AND w.id_number = c.id_number AND w.month = c.month
    WHERE c.subsidy_kind = 'work_training'
)
SELECT *
FROM examined
WHERE observed <= 0
