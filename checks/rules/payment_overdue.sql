/*
clause:   shanxi-2021-600 七
says:     加快专账资金拨付进度，确保培训任务和资金拨付均按时完成
title:    {zh: 审核通过后久未拨付, en: "Approved, and long not paid"}
means:    审核通过的申领，从审核日期到扫描日超过规定天数还没有拨付的，提示管理部门；通知未定天数，所用天数是监管口径。不涉及申领单位的对错。
explain:  {zh: "申领{claim_id}于{decided_on}审核通过，至扫描日已{observed}天未拨付，超过{allowed}天；待付{amount_at_risk}元。", en: "Claim {claim_id} was approved on {decided_on} and has not been paid for {observed} days; more than {allowed} are pointed out. Owed: {amount_at_risk} yuan."}
severity: notice
remedy:   查明是资金不足、账户有误、退票未重付还是漏付；尽快拨付，或更新申领状态。
innocent: 已经拨付而状态没有更新；银行退票后正在更正账号；专账资金正在调剂。
subject:  claim
evidence: {claims: [claim_id]}
life:     [status, decided_on]
drifts:   [observed]
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.payee_id AS institution_id, c.class_id, c.decided_on,
        date_diff('day', c.decided_on, s.as_of) AS observed, CAST(p.number AS INTEGER) AS allowed, c.amount AS amount_at_risk
    FROM live_claims AS c
    CROSS JOIN scan AS s
    JOIN parameter AS p
        ON p.id = 'payment_days' AND p.city = c.city AND c.claimed_on >= p.valid_from AND c.claimed_on < p.valid_until
    WHERE c.status = 'approved'
)
SELECT *
FROM examined
WHERE observed > allowed
