/*
clause:   shanxi-2021-600 三
says:     完成培训任务后申领获得的培训补贴资金
title:    {zh: 未完成培训就申领补贴, en: Subsidy claimed before the training was completed}
means:    培训补贴在完成培训任务后申领：班级结业日以前申领的，或名册记本人未结业的，都不符合规定；结业当日可以申领。企业新型学徒制可以分期预拨，不在此列。
explain:  {zh: "申领{claim_id}在{claimed_on}申领班级{class_id}（{end_date}结业）的培训补贴{amount_at_risk}元：{observed}。", en: "Claim {claim_id} of {claimed_on} asks {amount_at_risk} yuan for class {class_id}, which ends on {end_date}; completed by the person: {completed}."}
severity: violation
remedy:   核对结业材料；未完成的，待完成后重新申领，已经拨付的退回。
innocent: 名册的“是否结业”没有及时更新；结业日期按计划填写，实际提前结业；当地对该类培训另有预拨规定。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], enrolments: [class_id, id_number]}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id, id_number, claimed_on, end_date, completed,
        CASE
            WHEN NOT completed THEN '本人未结业'
            WHEN claimed_on < end_date THEN '在结业日以前申领'
            ELSE '结业后申领'
        END AS observed,
        '结业后申领' AS allowed, amount AS amount_at_risk
    FROM class_claims
    WHERE training_kind <> 'apprenticeship'
)
SELECT *
FROM examined
WHERE observed <> allowed
