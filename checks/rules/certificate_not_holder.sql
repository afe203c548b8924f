/*
clause:   shanxi-2021-600 五
says:     补贴性培训实名制信息管理系统
title:    {zh: 证书登记在他人名下, en: Certificate registered to another person}
means:    取证补贴对应的人要是证书的持证人；同一编号登记给几个人的，其中有申领人本人即可。
explain:  {zh: "申领{claim_id}的证书{certificate_no}在登记平台有登记，但没有登记给申领人本人，持证人是{holder_id}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: certificate {certificate_no} is registered, but to {holder_id}, not to the person claimed for. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   查看证书原件和持证人身份证，核对是编号录错、身份证号录错，还是冒用他人证书；不是本人证书的，按规定不予补贴或退回。
innocent: 证书编号、身份证号录入错误；持证人换过身份证号；评价机构登记时把两个人的编号填反。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no}}
counterpart: {certificates: {where: {registry: registry}, named: [certificate_no, certificate_number, id_number]}}
*/
WITH examined AS (
    SELECT
        claim_id, division, claimant_id AS institution_id, certificate_key, certificate_no, certificate_number, registered_no,
        registry, id_number, holder_id, holder_id AS observed, id_number AS allowed, amount AS amount_at_risk
    FROM certificate_claims
    WHERE registered
)
SELECT *
FROM examined
WHERE observed IS DISTINCT FROM allowed
