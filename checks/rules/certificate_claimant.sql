/*
clause:   shanxi-2021-600 十（一）
says:     评价机构也可与承担培训任务的企业、院校、培训机构协商一致，由培训主体根据取证情况按照资金渠道进行取证补贴资金申领
title:    {zh: 申领单位既没有评价也没有培训持证人, en: Claimed by neither the assessor nor a training body of the holder}
means:    取证补贴由证书的评价机构申领，或者由持证人在其名册上的班级的培训主体申领；其他单位不能申领。
explain:  {zh: "证书{certificate_no}由{allowed}评价，申领{claim_id}由{observed}申领，持证人不在该单位任何班级的名册里；涉及补贴{amount_at_risk}元。", en: "Certificate {certificate_no} was assessed by {allowed}; claim {claim_id} was made by {observed}, on none of whose rosters the holder stands. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   请申领单位出示评价或培训的材料；与证书没有关系的，退回取证补贴。
innocent: 名册晚交或漏交；单位更名、换了统一社会信用代码；由总校代分校申领。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no, registry: registry}, enrolments: {id_number: holder_id}}
counterpart: {enrolments: {table: roster_cities, where: {city: city}, named: [holder_id]}, classes: {when: in_unknown_class, where: {class_id: unknown_class}}}
*/
WITH unknown_classes AS (
    -- 持证人在名册上，而班级的开班信息没有交：不知道由谁培训。
    SELECT e.id_number, min(e.class_id) AS class_id
    FROM enrolments AS e
    LEFT JOIN classes AS k ON k.class_id = e.class_id
    WHERE k.class_id IS NULL
    GROUP BY e.id_number
),
examined AS (
    SELECT
        c.claim_id, c.division, c.city, u.class_id AS unknown_class, u.class_id IS NOT NULL AS in_unknown_class, c.claimant_id AS institution_id, c.certificate_no, c.registered_no, c.registry, c.holder_id,
        c.claimant_id AS observed, c.assessor_id AS allowed, c.claimant_id = c.assessor_id AS is_assessor,
        t.organiser_id IS NOT NULL AS trained_holder, c.amount AS amount_at_risk
    FROM certificate_claims AS c
    LEFT JOIN training_bodies AS t ON t.id_number = c.holder_id AND t.organiser_id = c.claimant_id
    LEFT JOIN unknown_classes AS u ON u.id_number = c.holder_id
    WHERE c.registered
)
SELECT *
FROM examined
WHERE NOT is_assessor AND NOT trained_holder
