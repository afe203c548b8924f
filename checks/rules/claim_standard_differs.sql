/*
clause:   shanxi-2021-600 一
says:     要建立培训补贴标准动态评估调整机制，适时调整补贴标准
title:    {zh: 申领表填的补贴标准与项目目录不一致, en: Standard on the claim differs from the catalogue}
means:    申领表上的补贴标准应与班级所属项目在开班日有效的补贴标准相同，不同的需要核查是哪一边错了。风险金额是申领金额高出目录标准的部分，低于的计0。
explain:  {zh: "申领{claim_id}填的补贴标准是{observed}元，班级{class_id}的项目{project_code}在开班日的标准是{allowed}元；实申{amount}元，高出目录标准{amount_at_risk}元。", en: "Claim {claim_id} states a standard of {observed} yuan; project {project_code} of class {class_id} had {allowed} yuan when the class started. It asks {amount} yuan, {amount_at_risk} yuan above the catalogue."}
severity: lead
remedy:   对照开班日有效的标准文件，改正申领表或目录；因填错标准而多领的，退回多领部分。
innocent: 标准在开班前后调整过，一边用了旧值；申领表按折算后的标准填写；录入错误而金额正确。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id, project_code, amount,
        standard AS observed, subsidy_standard AS allowed
    FROM class_claims
    WHERE subsidy_standard IS NOT NULL
)
SELECT *, greatest(amount - allowed, 0) AS amount_at_risk
FROM examined
WHERE observed <> allowed
