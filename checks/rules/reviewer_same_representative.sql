/*
clause:   shanxi-2021-600 八
says:     可引入第三方社会机构，承担开展各类培训机构审核、过程监管、补贴资金审核工作
title:    {zh: 审核机构与被审核方法定代表人同名, en: Reviewer and reviewed bear one representative's name}
means:    审核机构的法定代表人与申领单位、收款单位或办班单位的法定代表人同名，而它们不是同一机构。同名未必同一人，只作线索。
explain:  {zh: "申领{claim_id}由{reviewer_name}（{institution_id}）审核，其法定代表人{legal_representative}{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} was reviewed by {reviewer_name} ({institution_id}); its legal representative {legal_representative} bears the name of the claimant's, the payee's or the organiser's. Subsidy concerned: {amount_at_risk} yuan."}
severity: lead
remedy:   查工商登记，核对两家的法定代表人是否同一人、有无其他关联；是同一人的，由无关联的机构重新审核。
innocent: 两个法定代表人只是同名；法定代表人已经变更而目录没有更新。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], institutions: [{institution_id: institution_id}, {through: reviewed_claims, by: [claim_id], institution_id: claimant_id}, {through: reviewed_claims, by: [claim_id], institution_id: payee_id}, {through: reviewed_claims, by: [claim_id], institution_id: organiser_id}]}
life:     [reviewer_id]
*/
WITH examined AS (
    SELECT
        claim_id, division, reviewer_id AS institution_id, reviewer_name, legal_representative, class_id, same_representative,
        '与各方的法定代表人都不同名' AS allowed,
        CASE WHEN same_representative THEN '与申领、收款或办班单位的法定代表人同名' ELSE allowed END AS observed, amount AS amount_at_risk
    FROM reviewed_claims
    WHERE NOT same_body
)
SELECT *
FROM examined
WHERE same_representative
