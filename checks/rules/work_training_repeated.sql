/*
clause:   shanxi-2021-600 二
says:     以工代训补贴发放
title:    {zh: 同一人同一月重复申领以工代训补贴, en: Work-for-training claimed twice for a person and month}
means:    一个职工一个月的以工代训补贴只能申领一次，不论由哪个单位申领、在哪里申领。先后按申领日期、同日按申领编号；前一笔被驳回的，不算重复。
explain:  {zh: "申领{claim_id}申领{month}的以工代训补贴{amount_at_risk}元，同一人该月此前已有有效申领（{claim_ids}），这是第{observed}笔。", en: "Claim {claim_id} asks {amount_at_risk} yuan of work-for-training subsidy for {month}; the person's month was already claimed ({claim_ids}), this is claim number {observed}."}
severity: violation
remedy:   向各申领单位核对劳动关系和当月工资，保留有依据的一笔，其余不予发放或退回。
innocent: 职工月中换了单位，两家各报一次；更正时重报而原申领没有撤回；身份证号录入错误而与他人相同。
subject:  claim
evidence: {claims: [claim_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.id_number, c.month, c.amount AS amount_at_risk,
        list(DISTINCT e.claim_id ORDER BY e.claim_id) AS claim_ids, count(DISTINCT e.claim_id) AS observed, 1 AS allowed
    FROM live_claims AS c
    JOIN live_claims AS e
        ON e.subsidy_kind = c.subsidy_kind AND e.id_number = c.id_number AND e.month = c.month AND e.claim_order <= c.claim_order
    WHERE c.subsidy_kind = 'work_training'
    GROUP BY c.claim_id, c.division, c.claimant_id, c.id_number, c.month, c.amount
)
SELECT *
FROM examined
WHERE observed > allowed
