/*
clause:   shanxi-2021-600 二
says:     以工代训政策实施期限延至2021年12月底
title:    {zh: 以工代训补贴月份超出政策期限, en: Work-for-training after the policy has ended}
means:    以工代训政策实施到2021年12月底，补贴所属月在此之后的申领没有依据；何时申领不影响，2022年补报2021年12月及以前的月份仍可以。
explain:  {zh: "申领{claim_id}申领{month}的以工代训补贴{amount_at_risk}元，政策只实施到{last_month}。", en: "Claim {claim_id} asks {amount_at_risk} yuan of work-for-training subsidy for {month}; the policy ended with {last_month}."}
severity: violation
remedy:   核对补贴所属月；确属期限以后月份的，不予发放或退回。
innocent: 补贴所属月误填成申领月；当地另有文件延长期限，参数尚未更新。
subject:  claim
evidence: {claims: [claim_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.id_number, c.month, p.day AS last_month,
        c.month AS observed, p.day AS allowed, c.amount AS amount_at_risk
    FROM live_claims AS c
    JOIN parameter AS p
        ON p.id = 'work_training_until' AND p.city = c.city AND c.claimed_on >= p.valid_from AND c.claimed_on < p.valid_until
    WHERE c.subsidy_kind = 'work_training'
)
SELECT *
FROM examined
WHERE observed > allowed
