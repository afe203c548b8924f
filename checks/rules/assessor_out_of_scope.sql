/*
clause:   shanxi-2021-600 五
says:     培训和评价机构目录
title:    {zh: 评价机构超出备案的职业或等级, en: Assessment outside the body's registered occupations and levels}
means:    在人社平台登记的职业技能等级证书、专项职业能力证书，评价机构在评价日要有该职业的备案；证书和备案都写了等级的，等级也要相同，有一方没写等级的只比职业。一条备案也没有的机构同样超出备案。
explain:  {zh: "申领{claim_id}的证书{certificate_no}（{occupation_code}，等级{level}）由{institution_id}于{assessed_on}评价：{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: {institution_id} assessed certificate {certificate_no} ({occupation_code}, level {level}) on {assessed_on} without a scope for it on that day. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   调取评价机构的备案文件，核对职业、等级和备案起止日期；确实超出备案的，按规定不予补贴或退回。
innocent: 新增备案还未入库；职业编码新旧版本不同；备案只写了职业大类。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no}, assessor_scopes: {assessor_id: institution_id, occupation_code: occupation_code}}
counterpart: {assessor_scopes: {table: scope_cities, where: {city: assessor_city}, named: [institution_id]}}
*/
WITH assessed AS (
    SELECT
        claim_id, division, city, certificate_key, certificate_no, registered_no, assessor_id, occupation_code, level, assessed_on,
        amount
    FROM certificate_claims
    WHERE kind IN ('skill_level', 'special_ability') AND registry = 'hrss'
),
in_scope AS (
    SELECT DISTINCT a.assessor_id, a.occupation_code, a.level, a.assessed_on
    FROM assessed AS a
    JOIN assessor_scopes AS s
        ON s.assessor_id = a.assessor_id AND s.occupation_code = a.occupation_code
        AND (s.level IS NULL OR a.level IS NULL OR s.level = a.level)
        AND s.valid_from <= a.assessed_on AND (s.valid_to IS NULL OR a.assessed_on <= s.valid_to)
),
examined AS (
    SELECT
        a.claim_id, a.division, a.assessor_id AS institution_id, a.certificate_key, a.certificate_no, a.registered_no,
        a.occupation_code, a.level, a.assessed_on, s.assessor_id IS NOT NULL AS in_scope,
        coalesce(left(o.division, 4) || '00', a.city) AS assessor_city,
        '评价日有备案' AS allowed, CASE WHEN in_scope THEN allowed ELSE '评价日没有该职业、等级的备案' END AS observed,
        a.amount AS amount_at_risk
    FROM assessed AS a
    LEFT JOIN in_scope AS s
        ON s.assessor_id = a.assessor_id AND s.occupation_code = a.occupation_code
        AND s.level IS NOT DISTINCT FROM a.level AND s.assessed_on = a.assessed_on
    LEFT JOIN organisations AS o ON o.institution_id = a.assessor_id
)
SELECT *
FROM examined
WHERE NOT in_scope
