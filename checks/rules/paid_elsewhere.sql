/*
clause:   shanxi-2021-600 七
says:     切实履行专帐资金管理使用责任
title:    {zh: 款项付到批次以外的账户, en: Paid to an account of no claim of the batch}
means:    银行成功转出的拨付款，对方账号应是该批次某笔申领的收款账号；流水没有写对方账号的，也对不上任何申领。
explain:  {zh: "{booked_on}流水{transaction_no}从批次{batch_no}付出{amount_at_risk}元到账户{payee_account}（{payee_name}），该批次没有一笔申领用这个收款账号。", en: "Transaction {transaction_no} of {booked_on} paid {amount_at_risk} yuan of batch {batch_no} to account {payee_account} ({payee_name}), which no claim of the batch names."}
severity: violation
remedy:   调取付款指令和回单，核对账户归属、由谁变更；确属错付的追回，收款单位换了账户的补变更手续。
innocent: 收款单位换了账户而申领没有更新；附言批次写错；流水漏记对方账号。
subject:  transaction
key:      [transaction_no]
evidence: {bank: [transaction_no, division], claims: [division, batch_no]}
counterpart: {claims: {where: {division: division}, named: [batch_no, payee_account]}}
*/
WITH named AS (
    SELECT DISTINCT division, batch_no, payee_account
    FROM claims
),
examined AS (
    SELECT
        t.transaction_no, t.division, CAST(NULL AS VARCHAR) AS institution_id, t.batch_no, t.booked_on, t.payee_account, t.payee_name,
        t.amount AS amount_at_risk, b.claim_ids,
        CASE WHEN n.payee_account IS NULL THEN '批次以外的账户' ELSE '批次内的账户' END AS observed, '批次内的账户' AS allowed
    FROM bank AS t
    JOIN batches AS b ON b.division = t.division AND b.batch_no = t.batch_no
    LEFT JOIN named AS n ON n.division = t.division AND n.batch_no = t.batch_no AND n.payee_account = t.payee_account
    WHERE t.direction = 'out' AND t.status = 'settled'
)
SELECT *
FROM examined
WHERE observed <> allowed
