/*
clause:   shanxi-2021-600 四
says:     优先使用专帐资金开展政府补贴性培训项目
title:    {zh: 专账有余额而动用就业补助资金, en: Employment fund used while the special account had money}
means:    政府补贴性培训优先使用专账资金。申领的资金来源是就业补助资金，而该区划申领前一个月的月报期末专账余额不少于申领金额的，需要核查；前一个月没有月报的，不作判断。
explain:  {zh: "申领{claim_id}（{claimed_on}）资金来源是就业补助资金，金额{amount_at_risk}元；区划{division}在{month}末的专账余额是{observed}元。", en: "Claim {claim_id} ({claimed_on}) draws {amount_at_risk} yuan on the employment fund; the special account of division {division} closed {month} with {observed} yuan."}
severity: lead
remedy:   向区划财政、人社部门核对资金来源的确定依据；应由专账支付的，调整列支渠道。
innocent: 期末余额已被审核通过而未拨付的申领占用；该对象或项目按规定只能由就业补助资金支付；资金来源录入错误。
subject:  claim
evidence: {claims: [claim_id], reports: [division, month]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, CAST(NULL AS VARCHAR) AS institution_id, c.claimed_on, r.month,
        r.closing_balance AS observed, c.amount AS allowed, c.amount AS amount_at_risk
    FROM live_claims AS c
    JOIN reports AS r
        ON r.states_balance AND r.division = c.division
        AND r.month = CAST(date_trunc('month', c.claimed_on) - INTERVAL 1 MONTH AS DATE)
    WHERE c.fund = 'employment_fund'
)
SELECT *
FROM examined
WHERE observed >= allowed
