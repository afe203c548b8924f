/*
clause:   shanxi-2021-600 五
says:     培训和评价机构目录
title:    {zh: 评价机构不在目录, en: Assessment body not in the catalogue}
means:    在人社平台登记的职业技能等级证书、专项职业能力证书，评价机构在评价日要在培训和评价机构目录里。职业资格证书、特种证书和教育平台的证书，评价机构不由人社目录管理，不看。
explain:  {zh: "申领{claim_id}的证书{certificate_no}由{institution_id}于{assessed_on}评价：{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: certificate {certificate_no} was assessed on {assessed_on} by {institution_id}, which was not in the catalogue on that day. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对评价机构的入目录、退出目录日期和备案文件；评价日确实不在目录的，按规定不予补贴或退回。
innocent: 目录更新晚交；机构在部里或外地备案，本地目录还未收入；评价机构代码录入错误。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no}, institutions: [institution_id]}
counterpart: {institutions: {where: {city: city}, named: [institution_id]}}
*/
WITH assessed AS (
    SELECT claim_id, division, city, certificate_key, certificate_no, registered_no, assessor_id, assessed_on, amount
    FROM certificate_claims
    WHERE kind IN ('skill_level', 'special_ability') AND registry = 'hrss'
),
listed AS (
    SELECT DISTINCT a.assessor_id, a.assessed_on
    FROM assessed AS a
    JOIN institutions AS i
        ON i.institution_id = a.assessor_id
        AND i.listed_from <= a.assessed_on AND (i.listed_to IS NULL OR a.assessed_on <= i.listed_to)
),
examined AS (
    SELECT
        a.claim_id, a.division, a.city, a.assessor_id AS institution_id, a.certificate_key, a.certificate_no, a.registered_no,
        a.assessed_on, l.assessor_id IS NOT NULL AS listed,
        '评价日在目录' AS allowed, CASE WHEN listed THEN allowed ELSE '评价日不在目录' END AS observed, a.amount AS amount_at_risk
    FROM assessed AS a
    LEFT JOIN listed AS l ON l.assessor_id = a.assessor_id AND l.assessed_on = a.assessed_on
)
SELECT *
FROM examined
WHERE NOT listed
