/*
clause:   shanxi-2021-600 九（一）
says:     每人不超过 8000 元
title:    {zh: 定向培训补贴超过每人上限, en: Directed training above the cap per person}
means:    一人一次定向培训的补贴不超过开班日有效的每人上限；风险金额只计超出部分。
explain:  {zh: "申领{claim_id}为定向培训班{class_id}（{start_date}开班）申领{observed}元，每人不超过{allowed}元，超出{amount_at_risk}元。", en: "Claim {claim_id} asks {observed} yuan for directed class {class_id} (begun {start_date}); the cap is {allowed} yuan a person, {amount_at_risk} yuan too many."}
severity: violation
remedy:   核对省级确定的补贴标准和申领明细；退回超出上限的部分。
innocent: 金额录入错误；两个人的补贴并在一行申领；生活费、交通费补贴并入培训补贴申领。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.start_date,
        c.amount AS observed, CAST(p.number AS DECIMAL(14, 2)) AS allowed
    FROM class_claims AS c
    JOIN parameter AS p
        ON p.id = 'directed_cap' AND p.city = c.class_city AND c.start_date >= p.valid_from AND c.start_date < p.valid_until
    WHERE c.training_kind = 'directed'
)
SELECT *, observed - allowed AS amount_at_risk
FROM examined
WHERE observed > allowed
