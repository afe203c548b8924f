/*
clause:   shanxi-2021-600 七
says:     各地不得以地域、户籍等为前提条件，限制劳动者参加培训并享受培训补贴
title:    {zh: 以户籍或地域为由不予通过, en: Refused because of residence or region}
means:    不予通过的原因提到户籍、户口、外地、外省、非本市、非本地、本地户的，可能是以户籍或地域为条件；原因只是资料不一致、不符、照片、填写或缺件的除外。提示的是审核，不是申领人；钱没有发出，风险金额为0。
explain:  {zh: "申领{claim_id}于{decided_on}不予通过，原因是“{observed}”，可能以户籍或地域为条件。", en: "Claim {claim_id} was refused on {decided_on} for this reason: {observed}. It may rest on residence or region."}
severity: lead
remedy:   调阅审核意见；确以户籍或地域为由的，撤销原决定，按规定重新审核、补发补贴。
innocent: 原因写得简略，实为身份信息核不上；该项目依法只面向特定人群；同时另有不予通过的原因。
subject:  claim
evidence: {claims: [claim_id]}
life:     [status, reject_reason]
*/
WITH examined AS (
    SELECT
        claim_id, division, claimant_id AS institution_id, class_id, name, decided_on, reject_reason AS observed,
        '不以地域、户籍为条件' AS allowed
    FROM claims
    WHERE status = 'rejected' AND reject_reason IS NOT NULL
)
SELECT *, 0 AS amount_at_risk
FROM examined
WHERE regexp_matches(observed, '户籍|户口|外地|外省|非本市|非本地|本地户')
    AND NOT regexp_matches(observed, '不一致|不符|照片|填写|缺')
