/*
clause:   shanxi-2021-600 八
says:     第三方社会机构的引入应严格按照政府购买服务相关要求开展
title:    {zh: 审核机构不是在册的第三方机构, en: Reviewer is no listed third party}
means:    审核机构在申领日要在目录里，并且机构类型是第三方机构。申领没写审核机构的，看班级的审核机构；都没写的不看。
explain:  {zh: "申领{claim_id}（{claimed_on}申领）由{reviewer_name}（{institution_id}）审核：{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} of {claimed_on} was reviewed by {reviewer_name} ({institution_id}), no listed third party on that day. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对政府购买服务合同、审核机构的类型和入目录日期；确实不在册的，由在册的机构重新审核该批申领。
innocent: 目录更新晚交；审核由经办机构自己承担，代码误填在审核机构一栏；机构类型登记错误。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], institutions: [institution_id]}
life:     [reviewer_id]
counterpart: {institutions: {where: {city: city}, named: [institution_id]}}
*/
WITH listed AS (
    SELECT DISTINCT v.reviewer_id, v.claimed_on
    FROM reviewed_claims AS v
    JOIN institutions AS i
        ON i.institution_id = v.reviewer_id AND i.kind = 'third_party'
        AND i.listed_from <= v.claimed_on AND (i.listed_to IS NULL OR v.claimed_on <= i.listed_to)
),
examined AS (
    SELECT
        v.claim_id, v.division, v.city, v.reviewer_id AS institution_id, v.reviewer_name, v.class_id, v.claimed_on,
        l.reviewer_id IS NOT NULL AS listed,
        '申领日是在册的第三方机构' AS allowed,
        CASE WHEN listed THEN allowed ELSE '申领日不是在册的第三方机构' END AS observed, v.amount AS amount_at_risk
    FROM reviewed_claims AS v
    LEFT JOIN listed AS l ON l.reviewer_id = v.reviewer_id AND l.claimed_on = v.claimed_on
)
SELECT *
FROM examined
WHERE NOT listed
