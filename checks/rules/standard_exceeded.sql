/*
clause:   shanxi-2021-600 一
says:     科学合理确定各类职业培训补贴标准
title:    {zh: 培训补贴超过项目补贴标准, en: Training subsidy above the project's standard}
means:    每人补贴不得超过班级所属项目在开班日有效的补贴标准；几行标准同时有效的，以较高的为准。风险金额只计超出部分。
explain:  {zh: "申领{claim_id}按班级{class_id}（项目{project_code}，{start_date}开班）申领{observed}元，开班日的补贴标准是{allowed}元，超出{amount_at_risk}元。", en: "Claim {claim_id} asks {observed} yuan for class {class_id} (project {project_code}, started {start_date}); the standard on that day was {allowed} yuan, {amount_at_risk} yuan less."}
severity: violation
remedy:   核对开班日有效的补贴标准文件和申领金额；标准无误的，退回超出部分。
innocent: 标准已经上调而目录还未更新；项目编码录入错误；金额里并入了另行申领的生活费、交通费。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id, project_code, start_date,
        amount AS observed, subsidy_standard AS allowed
    FROM class_claims
    WHERE subsidy_standard IS NOT NULL
)
SELECT *, observed - allowed AS amount_at_risk
FROM examined
WHERE observed > allowed
