/*
clause:   shanxi-2021-600 九（一）
says:     给予培训主体补贴
title:    {zh: 定向培训补贴没有付给培训主体, en: Directed training subsidy not paid to the training body}
means:    定向培训的补贴给予开班的培训主体，收款单位应是它自己。企业自办的定向班由“直补企业”一条检查；主体查不到机构类型的也在本条。
explain:  {zh: "定向培训班{class_id}由{allowed}开办，申领{claim_id}的收款单位是{observed}，涉及补贴{amount_at_risk}元。", en: "Directed class {class_id} is run by {allowed}, but claim {claim_id} names {observed} as payee. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对收款单位与培训主体的关系和收款凭证；付错的，由收款单位退回、改付培训主体。
innocent: 培训主体更名或合并、换了统一社会信用代码；由上级单位或总校统一收款。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}, institutions: [{institution_id: institution_id}, {institution_id: observed}]}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id,
        payee_id AS observed, organiser_id AS allowed, amount AS amount_at_risk
    FROM class_claims
    WHERE training_kind = 'directed' AND organiser_kind IS DISTINCT FROM 'enterprise'
)
SELECT *
FROM examined
WHERE observed <> allowed
