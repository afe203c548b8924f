/*
clause:   shanxi-2021-600 七
says:     建立覆盖专帐资金使用管理全过程的监管体系
title:    {zh: 同一人同一班重复申领培训补贴, en: One class claimed twice for one person}
means:    一个人在一个班只培训一次，也只补贴一次。除企业新型学徒制分期拨付外，同一人同一班已有更早的有效申领的，后一笔为重复。被驳回的申领不算。
explain:  {zh: "{name}在班级{class_id}有{observed}笔有效申领（{claim_ids}），申领{claim_id}（{claimed_on}，{amount_at_risk}元）不是最早的一笔。", en: "Class {class_id} carries {observed} live claims for one person ({claim_ids}); {claim_id} of {claimed_on} ({amount_at_risk} yuan) is not the earliest."}
severity: violation
remedy:   核对各笔申领的材料和拨付记录，确认是否同一次培训；保留最早的一笔，退回其余。
innocent: 退回重报而旧申领没有撤销；补差额另立一笔；两个班误用同一个编号。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.id_number, c.name, c.claimed_on,
        c.amount AS amount_at_risk, list(DISTINCT e.claim_id ORDER BY e.claim_id) AS claim_ids,
        count(DISTINCT e.claim_id) AS observed, 1 AS allowed
    FROM class_claims AS c
    JOIN class_claims AS e
        ON e.class_id = c.class_id AND e.id_number = c.id_number
        AND e.claim_order <= c.claim_order
    WHERE c.training_kind <> 'apprenticeship'
    GROUP BY c.claim_id, c.division, c.organiser_id, c.class_id, c.id_number, c.name, c.claimed_on, c.amount
)
SELECT *
FROM examined
WHERE observed > allowed
