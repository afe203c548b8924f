/*
clause:   shanxi-2021-600 四
says:     培训期间符合规定的生活费、交通费补贴
title:    {zh: 生活费、交通费补贴重复申领, en: Allowance claimed twice}
means:    同一人、同一班级、同一月份的同一种补贴（生活费或交通费）只能申领一次，月份都空缺的按同一月份看待；不同月份可以各申领一次，生活费和交通费也可以各申领一次。先后按申领日期、同日按申领编号。
explain:  {zh: "申领{claim_id}为班级{class_id}申领{month}的{subsidy_kind}{amount_at_risk}元，此前已有有效申领（{claim_ids}），这是第{observed}笔。", en: "Claim {claim_id} asks {amount_at_risk} yuan of {subsidy_kind} allowance for class {class_id} and month {month}; it was already claimed ({claim_ids}), this is claim number {observed}."}
severity: violation
remedy:   核对各笔申领对应的月份和天数；保留一笔，其余不予发放或退回。
innocent: 月份漏填或误填，其实是不同月份；更正时重报而原申领没有撤回。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.class_id, c.id_number, c.subsidy_kind, c.month,
        c.amount AS amount_at_risk,
        list(DISTINCT e.claim_id ORDER BY e.claim_id) AS claim_ids, count(DISTINCT e.claim_id) AS observed, 1 AS allowed
    FROM live_claims AS c
    JOIN live_claims AS e
        ON e.subsidy_kind = c.subsidy_kind AND e.id_number = c.id_number AND e.class_id = c.class_id
        AND e.month IS NOT DISTINCT FROM c.month AND e.claim_order <= c.claim_order
    WHERE c.subsidy_kind IN ('living', 'transport')
    GROUP BY c.claim_id, c.division, c.claimant_id, c.class_id, c.id_number, c.subsidy_kind, c.month, c.amount
)
SELECT *
FROM examined
WHERE observed > allowed
