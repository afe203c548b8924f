/*
clause:   shanxi-2021-600 七
says:     建立覆盖专帐资金使用管理全过程的监管体系
title:    {zh: 同一申领编号有几行不同的记录, en: One claim stands on rows that differ}
means:    一个申领编号只应对应一笔申领。完全相同的行、以及后期交来的状态更新在接收时已经归并；剩下同号而内容不同的行，说不清哪一行为准。
explain:  {zh: "申领编号{claim_id}有{observed}行内容不同的记录，金额从{smallest_amount}元到{amount_at_risk}元。", en: "Claim {claim_id} stands on {observed} rows that differ, from {smallest_amount} to {amount_at_risk} yuan."}
severity: violation
remedy:   请报送单位说明各行的来由，核对原始申领材料，以更正文件重新报送；已按两行各拨一次的，追回多拨部分。
innocent: 更正后的数据作为新文件报送而没有标明“更正”；两个区县各自编号而撞号。
subject:  claim
evidence: {claims: [claim_id]}
life:     [status, decided_on, reject_reason, batch_no, reviewer_id]
*/
WITH examined AS (
    SELECT
        claim_id, min(division) AS division, min(claimant_id) AS institution_id, count(*) AS observed, 1 AS allowed,
        min(amount) AS smallest_amount, max(amount) AS amount_at_risk
    FROM claims
    GROUP BY claim_id
)
SELECT *
FROM examined
WHERE observed > allowed
