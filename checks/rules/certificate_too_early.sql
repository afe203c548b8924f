/*
clause:   shanxi-2021-600 十（一）
says:     根据取证情况按照程序（参照培训补贴申领程序）申领取证补贴
title:    {zh: 评价、发证、申领先后颠倒, en: Claimed before issue or issued before assessment}
means:    先评价、后发证、再申领，可以同日；申领早于发证，或发证早于评价，都是先后颠倒。
explain:  {zh: "申领{claim_id}的证书{certificate_no}：{assessed_on}评价，{issued_on}发证，{claimed_on}申领，先后颠倒；涉及补贴{amount_at_risk}元。", en: "Certificate {certificate_no} of claim {claim_id}: assessed {assessed_on}, issued {issued_on}, claimed {claimed_on}, which is out of order. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对评价记录、证书平台的发证日期和申领材料；申领时尚未取证的，退回后按程序重新申领。
innocent: 日期录入错误；证书补办、换发后平台记的是新的发证日期。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no, registry: registry}}
*/
WITH examined AS (
    SELECT
        claim_id, division, claimant_id AS institution_id, certificate_no, registered_no, registry, assessed_on, issued_on, claimed_on,
        least(claimed_on, issued_on) AS observed,
        CASE WHEN claimed_on < issued_on THEN issued_on ELSE assessed_on END AS allowed, amount AS amount_at_risk
    FROM certificate_claims
    WHERE registered
)
SELECT *
FROM examined
WHERE claimed_on < issued_on OR issued_on < assessed_on
