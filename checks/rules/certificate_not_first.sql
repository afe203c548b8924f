/*
clause:   shanxi-2021-600 九（二）
says:     特种作业操作证、特种设备作业人员证初次取证
title:    {zh: 不是初次取证的特种证书, en: Special certificate that is no first issue}
means:    特种作业操作证、特种设备作业人员证只有初次取证才有取证补贴；登记为复审或换证的不补，没有登记是否初次的不判断。
explain:  {zh: "申领{claim_id}的证书{certificate_no}（{kind}，{issued_on}发证）登记为不是初次取证，只补初次取证；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} is for certificate {certificate_no} ({kind}, issued {issued_on}), which is registered as a renewal; only a first issue is subsidised. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对证书平台的首次发证日期；确为复审、换证的，退回取证补贴。
innocent: “是否初次取证”录入错误；新增作业类别是该类别的初次取证。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no, registry: registry}}
*/
WITH examined AS (
    SELECT
        claim_id, division, claimant_id AS institution_id, certificate_no, registered_no, registry, kind, issued_on,
        first_issue AS observed, true AS allowed, amount AS amount_at_risk
    FROM certificate_claims
    WHERE kind IN ('special_operation', 'special_equipment')
)
SELECT *
FROM examined
WHERE NOT observed
