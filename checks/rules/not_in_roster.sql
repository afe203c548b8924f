/*
clause:   shanxi-2021-600 五
says:     补贴性培训实名制信息管理系统
title:    {zh: 申领人不在培训名册, en: Person claimed for is not in the roster}
means:    领取培训补贴的人要在实名制名册里：班级查不到，或本人不在该班名册，就没有实名培训记录。
explain:  {zh: "申领{claim_id}为班级{class_id}申领培训补贴{amount_at_risk}元，{observed}。", en: "Claim {claim_id} asks {amount_at_risk} yuan for class {class_id}: no real-name record ({observed})."}
severity: violation
remedy:   调取该班名册、身份核验和签到记录，核对申领人是否参训；确无实名记录的退回补贴。
innocent: 名册晚交或漏交；班级编号、身份证号录入错误。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id]}
counterpart: {classes: {where: {class_id: class_id}}, enrolments: {where: {class_id: class_id}, named: [id_number], unread: {class_id: id_number}}}
*/
WITH examined AS (
    SELECT
        claim_id, division, coalesce(organiser_id, claimant_id) AS institution_id, class_id, id_number,
        amount AS amount_at_risk, class_known AND enrolled AS in_roster,
        '本人在名册' AS allowed,
        CASE WHEN NOT class_known THEN '班级查不到' WHEN enrolled THEN allowed ELSE '本人不在名册' END AS observed
    FROM class_claims
)
SELECT *
FROM examined
WHERE NOT in_roster
