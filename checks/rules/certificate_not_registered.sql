/*
clause:   shanxi-2021-600 五
says:     对接人力资源社会保障部、教育部两部门有关职业技能证书信息管理服务平台
title:    {zh: 证书两个平台都查不到, en: Certificate in neither registry}
means:    取证补贴所凭的证书要在人社或教育平台登记；编号只比字母和数字，特种作业、特种设备证书还要职业相同（申领没写职业的不比）。没有证书编号的申领也在此列，其他证书规则不再说它。
explain:  {zh: "申领{claim_id}的证书{certificate_no}{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: certificate {certificate_no} stands in neither registry, or the claim names none. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   查看证书原件，到人社、教育两个平台核对编号和职业；确实没有登记的，按规定不予补贴或退回。
innocent: 证书已发、登记数据晚交；编号录入错误或漏填；特种证书的职业编码录入错误。
subject:  claim
evidence: {claims: [claim_id]}
counterpart: {certificates: {table: both_registries, when: numbered, named: [certificate_no, certificate_number, id_number]}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.certificate_key, c.certificate_no, c.certificate_number,
        c.id_number, c.registered, c.certificate_number IS NOT NULL AS numbered,
        '已登记' AS allowed,
        CASE
            WHEN c.registered THEN allowed
            WHEN c.certificate_number IS NULL THEN '没有填写编号'
            ELSE '在两个平台都查不到'
        END AS observed,
        c.amount AS amount_at_risk
    FROM certificate_claims AS c
)
SELECT *
FROM examined
WHERE NOT registered
