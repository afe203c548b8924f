/*
clause:   shanxi-2021-600 五
says:     做好管理服务工作
title:    {zh: 证书已经注销, en: Certificate revoked}
means:    取证补贴所凭的证书在登记平台的状态要是有效；已注销的证书不能领取补贴。
explain:  {zh: "申领{claim_id}的证书{certificate_no}（{issued_on}发证）在登记平台已经{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: certificate {certificate_no}, issued on {issued_on}, is revoked in the registry. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   向发证机构核对注销的日期和原因；因不应发证而注销的，退回补贴；换发新证的，改按新证书登记。
innocent: 补发、换发新证，旧证因此注销；补贴拨付以后证书才因个人原因注销。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no}}
*/
WITH examined AS (
    SELECT
        claim_id, division, claimant_id AS institution_id, certificate_key, certificate_no, registered_no, issued_on,
        '有效' AS allowed,
        CASE WHEN certificate_status = 'revoked' THEN '注销' ELSE allowed END AS observed, amount AS amount_at_risk
    FROM certificate_claims
    WHERE registered
)
SELECT *
FROM examined
WHERE observed <> allowed
