/*
clause:   shanxi-2021-600 一
says:     要根据实际培训职业工种、时间确定补贴标准
title:    {zh: 计划课时少于标准课时而按全额标准申领, en: Full standard claimed for fewer hours}
means:    补贴标准是按标准课时确定的；班级计划课时少于项目标准课时，申领金额却不低于补贴标准的，需要核查。标准课时和补贴标准都以开班日有效的目录为准；已按比例少领的不提示。
explain:  {zh: "班级{class_id}计划{observed}课时，项目{project_code}的标准是{allowed}课时；申领{claim_id}仍按{amount_at_risk}元申领，不低于全额标准{subsidy_standard}元。", en: "Class {class_id} planned {observed} lessons where project {project_code} asks {allowed}; claim {claim_id} still asks {amount_at_risk} yuan, no less than the full standard of {subsidy_standard} yuan."}
severity: lead
remedy:   核对教学计划、开班备案和实际课时；课时确实不足的，按当地规定折算或退回补贴。
innocent: 计划课时只登记了线上或线下的一部分；按天、按学时换算不同（有的地方一课时不是45分钟）；当地允许分段开班，其余课时记在另一个班。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id, project_code, subsidy_standard,
        planned_hours AS observed, standard_hours AS allowed, amount AS amount_at_risk
    FROM class_claims
    WHERE amount >= subsidy_standard
)
SELECT *
FROM examined
WHERE observed < allowed
