/*
clause:   shanxi-2021-600 十（一）
says:     每个证书只能领取一次补贴
title:    {zh: 一个证书领取两次以上取证补贴, en: One certificate claimed more than once}
means:    同一证书（规范编号相同；特种作业、特种设备证书还要职业相同）不论谁申领、在哪里申领，只能有一笔有效的取证补贴。被驳回的申领不算；同一证书的培训补贴不算；一笔申领有几行时只算一笔，金额取大的一行。风险金额是各笔之和减去最大的一笔。
explain:  {zh: "证书{certificate_key}有{observed}笔有效的取证补贴申领（{claim_ids}），只能领一次，多出{amount_at_risk}元。", en: "Certificate {certificate_key} carries {observed} live certificate claims ({claim_ids}); one is allowed, {amount_at_risk} yuan too many."}
severity: violation
remedy:   核对各笔申领是否为同一证书、是否已有一笔撤回；保留一笔，追回其余。
innocent: 评价机构与培训主体未沟通而各报一次、尚可撤回；证书编号录入错误而与他人相同。
subject:  certificate
key:      [certificate_key]
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no}}
*/
WITH claimed AS (
    SELECT
        certificate_key, claim_id, min(registered_no) AS registered_no, min(division) AS division,
        min(claimant_id) AS claimant_id, max(amount) AS amount
    FROM certificate_claims
    WHERE certificate_key IS NOT NULL
    GROUP BY certificate_key, claim_id
),
examined AS (
    SELECT
        certificate_key, min(registered_no) AS registered_no, min(division) AS division, min(claimant_id) AS institution_id,
        list(claim_id ORDER BY claim_id) AS claim_ids, count(*) AS observed, 1 AS allowed,
        sum(amount) - max(amount) AS amount_at_risk
    FROM claimed
    GROUP BY certificate_key
)
SELECT *
FROM examined
WHERE observed > allowed
