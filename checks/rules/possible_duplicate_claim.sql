/*
clause:   skillwatch-signs 疑似重复申领
title:    {zh: 两笔申领疑似同一件事, en: Two claims that may be one}
means:    两笔有效申领的编号、姓名、身份证号没有一项完全相同到足以由明文规则指出，但合起来看，是同一证书换了编号、或同一人换了身份证号再次申领的可能性达到规定的概率。以两笔中较晚申领日适用的数值为准；风险金额是两笔中较小的一笔。
explain:  {zh: "申领{claim_a}（{amount_a}元）与{claim_b}（{amount_b}元）可能是同一件事，概率{probability}：{grounds}。", en: "Claims {claim_a} ({amount_a} yuan) and {claim_b} ({amount_b} yuan) may be one, with probability {probability}: {grounds_en}."}
severity: lead
remedy:   调取两笔申领的证书原件或身份证件和照片，在登记平台和公安系统各查一次；确为同一证书或同一人的，保留一笔，追回另一笔。
innocent: 证书编号或身份证号录入错误，原件不同；双胞胎、兄弟姐妹或同名的人共用家里的电话；本人更正过身份证号，两次培训各自合规。
subject:  claim
key:      [claim_a, claim_b]
evidence: {claims: [claim_id]}
drifts:   [observed]
*/
-- a claim in several rows is one claim
WITH single AS (
    SELECT
        claim_id, min(division) AS division, min(claimant_id) AS claimant_id, max(amount) AS amount, max(claimed_on) AS claimed_on,
        max(claim_order) AS claim_order
    FROM live_claims
    GROUP BY claim_id
),
examined AS (
    SELECT
        c.claim_a, c.claim_b, [c.claim_a, c.claim_b] AS claim_ids, later.division, later.claimant_id AS institution_id,
        a.amount AS amount_a, b.amount AS amount_b, c.basis, c.grounds, c.grounds_en, c.probability,
        c.probability AS observed, CAST(p.number AS DOUBLE) AS allowed, least(a.amount, b.amount) AS amount_at_risk
    FROM claim_pairs AS c
    JOIN single AS a ON a.claim_id = c.claim_a
    JOIN single AS b ON b.claim_id = c.claim_b
    JOIN single AS later ON later.claim_order = greatest(a.claim_order, b.claim_order)
    JOIN parameter AS p
        ON p.id = 'duplicate_probability' AND p.city = concat(left(later.division, 4), '00')
        AND later.claimed_on >= p.valid_from AND later.claimed_on < p.valid_until
)
SELECT *
FROM examined
WHERE observed >= allowed
