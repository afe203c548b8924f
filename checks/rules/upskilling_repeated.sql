/*
clause:   shanxi-2021-600 二
says:     企业职工仍然可以享受一次企业在岗职工培训
title:    {zh: 一年内重复享受企业在岗职工培训, en: More than one on-the-job training in a year}
means:    一个职工一年享受一次企业在岗职工培训（次数为参数），年度按开班日计。此前已在同年另一个在岗职工培训班申领过的，后一笔不符合规定；以工代训不占这一次，另一年度可以再享受。先后按申领日期、同日按申领编号。
explain:  {zh: "申领{claim_id}是本人{class_year}年第{observed}个企业在岗职工培训班（有关申领：{claim_ids}），只能享受{allowed}次，涉及{amount_at_risk}元。", en: "Claim {claim_id} is for the person's on-the-job training number {observed} of {class_year} (claims {claim_ids}); {allowed} is allowed, {amount_at_risk} yuan are concerned."}
severity: violation
remedy:   核对各班是否都属企业在岗职工培训、本人是否都参加；超出次数的退回补贴。
innocent: 项目类型录入错误，其中一个班其实是就业技能培训等其他类型；一期培训分两个班级编号登记；身份证号录入错误。
subject:  claim
evidence: {claims: [claim_id], classes: {through: class_claims, by: [claim_id], class_id: class_id}, projects: {through: class_claims, by: [claim_id], project_code: project_code, valid_from: project_valid_from}}
*/
WITH trained AS (
    SELECT claim_id, claim_order, division, organiser_id, class_id, class_city, class_year, start_date, id_number, amount
    FROM class_claims
    WHERE training_kind = 'upskilling'
),
examined AS (
    -- A claim is joined to itself and to the person's earlier claims on other classes.
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.class_year, c.id_number, c.amount AS amount_at_risk,
        list(DISTINCT e.claim_id ORDER BY e.claim_id) AS claim_ids, count(DISTINCT e.class_id) AS observed,
        CAST(p.number AS INTEGER) AS allowed
    FROM trained AS c
    JOIN trained AS e
        ON e.id_number = c.id_number AND e.class_year = c.class_year AND e.claim_order <= c.claim_order
        AND (e.claim_id = c.claim_id) = (e.class_id = c.class_id)
    JOIN parameter AS p
        ON p.id = 'upskilling_per_year' AND p.city = c.class_city AND c.start_date >= p.valid_from AND c.start_date < p.valid_until
    GROUP BY c.claim_id, c.division, c.organiser_id, c.class_id, c.class_year, c.id_number, c.amount, p.number
)
SELECT *
FROM examined
WHERE observed > allowed
