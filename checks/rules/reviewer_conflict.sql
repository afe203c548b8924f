/*
clause:   shanxi-2021-600 八
says:     可引入第三方社会机构，承担开展各类培训机构审核、过程监管、补贴资金审核工作
title:    {zh: 审核机构与被审核方有关联, en: Reviewer tied to whom it reviews}
means:    审核机构应是第三方：不能就是申领单位、收款单位或办班单位，也不能与其中之一共用电话或收款账号。申领没写审核机构的，看班级的审核机构。电话不足7位的不比。
explain:  {zh: "申领{claim_id}由{reviewer_name}（{institution_id}）审核，它{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} was reviewed by {reviewer_name} ({institution_id}), which is the claimant, the payee or the organiser, or shares a phone or an account with one of them. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对政府购买服务合同、审核机构与被审核方的工商登记和联系方式；确有关联的，由无关联的机构重新审核该批申领。
innocent: 两家登记了同一代理记账公司的电话；电话、账号录入错误；班级的审核机构填成了办班单位自己。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], institutions: [{institution_id: institution_id}, {through: reviewed_claims, by: [claim_id], institution_id: claimant_id}, {through: reviewed_claims, by: [claim_id], institution_id: payee_id}, {through: reviewed_claims, by: [claim_id], institution_id: organiser_id}]}
life:     [reviewer_id]
*/
WITH examined AS (
    SELECT
        claim_id, division, reviewer_id AS institution_id, reviewer_name, class_id, same_body, same_phone, same_account,
        '与各方无关联' AS allowed,
        CASE
            WHEN same_body THEN '就是申领、收款或办班单位'
            WHEN same_phone AND same_account THEN '与申领、收款或办班单位电话、账号相同'
            WHEN same_phone THEN '与申领、收款或办班单位电话相同'
            WHEN same_account THEN '与申领、收款或办班单位账号相同'
            ELSE allowed
        END AS observed,
        amount AS amount_at_risk
    FROM reviewed_claims
)
SELECT *
FROM examined
WHERE same_body OR same_phone OR same_account
