/*
clause:   shanxi-2021-600 七
says:     建立覆盖专帐资金使用管理全过程的监管体系
title:    {zh: 收款账号与机构登记的不同, en: Payee's account is not the one on record}
means:    申领的收款账号要与收款单位在机构目录登记的账号相同，登记过几个的，与其中一个相同即可；收款单位不在目录里，或目录没有登记账号的，不看。账号比较时不计空格。
explain:  {zh: "申领{claim_id}的收款单位{payee_name}（{institution_id}）在目录登记的账号是{allowed}，申领填的是{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: the payee {payee_name} ({institution_id}) is on record with account {allowed}; the claim names {observed}. Subsidy concerned: {amount_at_risk} yuan."}
severity: lead
remedy:   向收款单位和开户银行核对账号的户名；不是本单位账户的，停止拨付或追回。
innocent: 单位换了账户而目录没有更新；单位有几个账户；账号录入错误。
subject:  claim
evidence: {claims: [claim_id], institutions: [institution_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.payee_id AS institution_id, o.name AS payee_name, c.class_id, c.payee_account AS observed,
        o.bank_account AS allowed, k.bank_account IS NOT NULL AS on_record, c.amount AS amount_at_risk
    FROM live_claims AS c
    JOIN organisations AS o ON o.institution_id = c.payee_id
    LEFT JOIN (SELECT DISTINCT institution_id, bank_account FROM institutions) AS k
        ON k.institution_id = c.payee_id AND k.bank_account = c.payee_account
    WHERE o.bank_account IS NOT NULL
)
SELECT *
FROM examined
WHERE observed <> allowed AND NOT on_record
