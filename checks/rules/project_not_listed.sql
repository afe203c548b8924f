/*
clause:   shanxi-2021-600 五
says:     培训项目目录
title:    {zh: 培训项目不在目录, en: Training project not in the catalogue}
means:    班级的项目编码要在培训项目目录里，并且开班日在该行的起止日期之内；截止日期为空的一直有效。班级查不到的由“申领人不在培训名册”说明。
explain:  {zh: "申领{claim_id}所在班级{class_id}（{start_date}开班）的项目{project_code}：{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: the project {project_code} of class {class_id} (started {start_date}) has no catalogue row on that day. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对项目编码和目录的起止日期；开班日确实不在目录的，按规定不予补贴或退回。
innocent: 目录更新晚交；项目编码录入错误；项目续期，新的一期还未入库。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: [project_code]}
counterpart: {projects: {where: {city: class_city}, named: [project_code]}}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id, class_city, project_code, start_date, project_listed,
        '开班日在目录' AS allowed,
        CASE
            WHEN project_listed THEN allowed
            WHEN project_known THEN '目录有此编码，开班日不在起止日期之内'
            ELSE '目录没有此编码'
        END AS observed,
        amount AS amount_at_risk
    FROM class_claims
    WHERE class_known
)
SELECT *
FROM examined
WHERE NOT project_listed
