/*
clause:   skillwatch-signs 满勤培训
title:    {zh: 出勤天数加培训天数超过当月天数, en: Days worked and days trained exceed the month}
means:    参加线下班的人，其工资表（发薪单位不是该班培训主体）某月记有出勤天数，与当月在该班签到的天数相加超过当月天数。
explain:  {zh: "申领{claim_id}：{name}在{month}出勤{days_worked}天（单位{employer_id}），又在班级{class_id}签到{days_trained}天，合计{observed}天，当月只有{allowed}天。", en: "Claim {claim_id}: in {month} {name} worked {days_worked} days (employer {employer_id}) and attended class {class_id} on {days_trained} days, {observed} together; the month has {allowed}."}
severity: lead
remedy:   核对单位考勤和培训签到的时间段，询问本人；不能兼顾的，查明哪一方不实。
innocent: 业余时间、晚间或轮休日上课；单位按月薪统一填满勤天数；培训算作出勤。
subject:  claim
evidence: {claims: [claim_id], payroll: [employer_id, id_number, month], attendance: {class_id: class_id, id_number: id_number, session_date.month: month}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.id_number, c.name, w.employer_id, m.month,
        w.days_worked, m.days AS days_trained, w.days_worked + m.days AS observed, m.days_of_month AS allowed,
        c.amount AS amount_at_risk
    FROM class_claims AS c
    JOIN attended_months AS m ON m.class_id = c.class_id AND m.id_number = c.id_number
    JOIN payroll AS w ON w.id_number = c.id_number AND w.month = m.month AND w.employer_id <> c.organiser_id
    WHERE c.mode = 'offline' AND w.days_worked IS NOT NULL
)
SELECT *
FROM examined
WHERE observed > allowed
