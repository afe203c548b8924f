/*
title: {zh: 检查对象, en: Units of inspection}
says: 每笔有效申领归一个检查对象，只归一个：有班级的归班级，没有班级的归申领单位；这样一次检查追回的钱不会算两次。哪里都没有写区划的，区划是空的。
*/
WITH once AS (
    SELECT
        claim_id, max(amount) AS amount, min(claimed_on) AS claimed_on, min(class_id) AS class_id,
        min(claimant_id) AS claimant_id, min(division) AS division
    FROM live_claims
    GROUP BY claim_id
)
SELECT
    c.claim_id, c.amount, c.claimed_on,
    CASE WHEN k.class_id IS NULL THEN 'institution' ELSE 'class' END AS subject_kind,
    coalesce(k.class_id, c.claimant_id) AS subject_key,
    CASE WHEN k.class_id IS NULL THEN c.claimant_id ELSE k.organiser_id END AS institution_id,
    o.name AS institution,
    coalesce(k.division, o.division, c.division, '') AS division,
    k.start_date, k.end_date
FROM once AS c
LEFT JOIN classes AS k ON k.class_id = c.class_id
LEFT JOIN organisations AS o ON o.institution_id = CASE WHEN k.class_id IS NULL THEN c.claimant_id ELSE k.organiser_id END
WHERE coalesce(k.class_id, c.claimant_id) IS NOT NULL
