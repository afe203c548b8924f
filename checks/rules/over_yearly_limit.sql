/*
clause:   trainings-a-year 每年三次
title:    {zh: 一年享受培训补贴超过次数, en: More subsidised trainings in a year than allowed}
means:    每人每个自然年（按申领日期）享受培训补贴不超过规定次数，超过的各次逐笔提示。先后按申领日期、申领编号；新型学徒制分期预拨，不计；项目编码查不到、无从判断是否学徒制的，也不计。
explain:  {zh: "申领{claim_id}（{claimed_on}申领）是同一人{claim_year}年的第{observed}次培训补贴，每年不超过{allowed}次（{claim_ids}）；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} of {claimed_on} is the person's training subsidy no. {observed} in {claim_year}; {allowed} are allowed ({claim_ids}). Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对本人当年各次培训的签到和证书、有无一次分几笔申领；确实超过次数的，退回超过的补贴。
innocent: 一次培训分几笔申领；上一年的培训到今年才申领；前面的申领已撤回而状态没有更新。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id]}
*/
WITH candidates AS (
    SELECT
        claim_id, division, organiser_id, class_id, class_city, start_date, id_number, claimed_on, claim_year, amount, claim_order
    FROM class_claims
    WHERE training_kind <> 'apprenticeship'
),
examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.claimed_on, c.claim_year,
        c.amount AS amount_at_risk, count(DISTINCT e.claim_id) AS observed, CAST(p.number AS INTEGER) AS allowed,
        list(DISTINCT e.claim_id ORDER BY e.claim_id) AS claim_ids
    FROM candidates AS c
    JOIN parameter AS p
        ON p.id = 'trainings_per_year' AND p.city = c.class_city
        AND c.start_date >= p.valid_from AND c.start_date < p.valid_until
    JOIN candidates AS e
        ON e.id_number = c.id_number AND e.claim_year = c.claim_year AND e.claim_order <= c.claim_order
    GROUP BY c.claim_id, c.division, c.organiser_id, c.class_id, c.claimed_on, c.claim_year, c.amount, p.number
)
SELECT *
FROM examined
WHERE observed > allowed
