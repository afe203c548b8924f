/*
clause:   shanxi-2021-600 九（一）
says:     每期培训 3-6 个月
title:    {zh: 定向培训时长不在 3 至 6 个月之内, en: Directed class shorter than 3 or longer than 6 months}
means:    定向培训每期不少于 3 个月、不多于 6 个月，从开班日算到结业日（含当日），按日历月计，遇月末取月末日；只看有培训补贴申领的班级。
explain:  {zh: "定向培训班{class_id}自{start_date}至{end_date}，历时{observed}，应为{allowed}；涉及补贴{amount_at_risk}元。", en: "Directed class {class_id} ran from {start_date} to {end_date}, {months} months and {days} days; {months_min} to {months_max} months are due. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对开班、结业日期与签到、考勤记录；时长确实不符的，按规定不予补贴或退回。
innocent: 开班、结业日期录入错误；一期培训分两个班级编号登记；因疫情等停课后顺延。
subject:  class
evidence: {classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}, claims: [claim_id]}
*/
WITH examined AS (
    SELECT
        k.class_id, k.division, k.organiser_id AS institution_id, k.start_date, k.end_date, k.months, k.days, k.months_begun,
        CAST(shortest.number AS INTEGER) AS months_min, CAST(longest.number AS INTEGER) AS months_max,
        concat(k.months, '个月', CASE WHEN k.days > 0 THEN concat('零', k.days, '天') ELSE '' END) AS observed,
        concat(CAST(shortest.number AS INTEGER), '至', CAST(longest.number AS INTEGER), '个月') AS allowed,
        k.claim_ids, k.amount AS amount_at_risk
    FROM claimed_classes AS k
    JOIN parameter AS shortest
        ON shortest.id = 'directed_months_min' AND shortest.city = k.city
        AND k.start_date >= shortest.valid_from AND k.start_date < shortest.valid_until
    JOIN parameter AS longest
        ON longest.id = 'directed_months_max' AND longest.city = k.city
        AND k.start_date >= longest.valid_from AND k.start_date < longest.valid_until
    WHERE k.training_kind = 'directed'
)
SELECT *
FROM examined
WHERE months < months_min OR months_begun > months_max
