/*
clause:   same-level-once 同级一次
title:    {zh: 同一职业同一等级再次享受培训补贴, en: The same occupation and level subsidised again}
means:    一个人同一职业同一等级的培训补贴只享受一次；职业、等级取班级所属项目的，项目没有等级的不看。先后按申领日期、申领编号；同一班级再次申领的由另一规则说明；新型学徒制分期预拨，它的申领不作为后一次看，只作为前一次。
explain:  {zh: "申领{claim_id}（班级{class_id}）是同一人{occupation_code}、等级{level}的第{observed}次培训补贴，只能享受{allowed}次（{claim_ids}）；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} (class {class_id}) is the person's training subsidy no. {observed} for {occupation_code}, level {level}; {allowed} is allowed ({claim_ids}). Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对两次培训的职业、等级和证书；确属同一职业同一等级的，退回后一次补贴。
innocent: 职业编码相同而工种不同；第一次没有考取证书、当地允许再训一次；前一笔申领已撤回而状态没有更新。
subject:  claim
evidence: {claims: [claim_id], classes: {through: class_claims, by: [claim_id], class_id: class_id}, projects: {through: class_claims, by: [claim_id], project_code: project_code, valid_from: project_valid_from}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.occupation_code, c.level,
        c.amount AS amount_at_risk, count(DISTINCT e.claim_id) AS observed, 1 AS allowed,
        list(DISTINCT e.claim_id ORDER BY e.claim_id) AS claim_ids
    FROM class_claims AS c
    JOIN class_claims AS e
        ON e.id_number = c.id_number AND e.occupation_code = c.occupation_code AND e.level = c.level
        AND e.claim_order <= c.claim_order AND (e.class_id <> c.class_id OR e.claim_id = c.claim_id)
    WHERE c.training_kind <> 'apprenticeship'
    GROUP BY c.claim_id, c.division, c.organiser_id, c.class_id, c.occupation_code, c.level, c.amount
)
SELECT *
FROM examined
WHERE observed > allowed
