/*
clause:   shanxi-2021-600 十（一）
says:     评价机构也可与承担培训任务的企业、院校、培训机构协商一致，由培训主体根据取证情况按照资金渠道进行取证补贴资金申领
title:    {zh: 培训主体申领取证补贴没有协议, en: Certificate subsidy claimed by a training body without an agreement}
means:    持证人所在班级的培训主体不是证书的评价机构时，要与评价机构协商一致才能申领取证补贴，申领应写明协议编号。
explain:  {zh: "证书{certificate_no}由{assessor_id}评价，培训主体{claimant_id}申领（{claim_id}），没有写明协议编号；涉及补贴{amount_at_risk}元。", en: "Certificate {certificate_no} was assessed by {assessor_id}; the training body {claimant_id} claims for it ({claim_id}) and names no agreement. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   请培训主体提供与评价机构的协议并补录编号；没有协议的，由评价机构申领，培训主体退回。
innocent: 有协议而漏填编号。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no, registry: registry}, enrolments: {id_number: holder_id}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.claimant_id, c.assessor_id, c.certificate_no, c.registered_no, c.registry,
        c.holder_id, c.agreement_no AS observed, '写明协议编号' AS allowed,
        c.amount AS amount_at_risk
    FROM certificate_claims AS c
    JOIN training_bodies AS t ON t.id_number = c.holder_id AND t.organiser_id = c.claimant_id
    WHERE c.claimant_id <> c.assessor_id
)
SELECT *
FROM examined
WHERE observed IS NULL
