/*
clause:   shanxi-2021-600 四
says:     符合条件的个体工商户用工、民办非企业单位用工以及灵活就业人员按规定纳入职业技能提升行动职业培训补贴范围
title:    {zh: 人员类别与用人单位不符, en: Category of trainee and employer do not agree}
means:    名册记为个体工商户用工、民办非企业单位用工的，用人单位应在机构目录里，且分别是个体工商户、民办非企业单位；记为企业职工的，应填用人单位。灵活就业人员没有用人单位，不作检查。
explain:  {zh: "申领{claim_id}的学员在班级{class_id}按{category}参训，用人单位{employer_id}（机构目录里的类型：{kind}）：{observed}；涉及{amount_at_risk}元。", en: "The trainee of claim {claim_id} is enrolled in class {class_id} as {category}; employer {employer_id} (kind in the catalogue: {kind}); {amount_at_risk} yuan are concerned."}
severity: lead
remedy:   核对劳动合同、营业执照或登记证书；属于其他补贴对象的改正人员类别，都不属于的退回补贴。
innocent: 机构目录不是工商登记，许多个体工商户、民办非企业单位不在其中；单位代码录入错误；单位刚变更了登记类型。
subject:  claim
evidence: {claims: [claim_id], enrolments: [class_id, id_number], institutions: {institution_id: employer_id}}
counterpart: {institutions: {when: not_in_catalogue, where: {city: city}, named: [employer_id]}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.city, coalesce(c.organiser_id, c.claimant_id) AS institution_id, c.class_id, c.id_number,
        c.category, c.employer_id, o.kind, c.employer_id IS NOT NULL AND o.institution_id IS NULL AS not_in_catalogue,
        CASE
            WHEN c.employer_id IS NULL THEN '没有单位代码'
            WHEN c.category = 'employee' THEN '有单位代码'
            WHEN c.category = 'sole_proprietor_staff' AND o.kind = 'sole_proprietor' THEN '单位类型相符'
            WHEN c.category = 'nonprofit_staff' AND o.kind = 'private_nonprofit' THEN '单位类型相符'
            ELSE '目录里没有该单位，或类型不符'
        END AS observed,
        CASE WHEN c.category = 'employee' THEN '有单位代码' ELSE '单位类型相符' END AS allowed,
        c.amount AS amount_at_risk
    FROM class_claims AS c
    LEFT JOIN organisations AS o ON o.institution_id = c.employer_id
    WHERE c.category IN ('employee', 'sole_proprietor_staff', 'nonprofit_staff')
)
SELECT *
FROM examined
WHERE observed <> allowed
