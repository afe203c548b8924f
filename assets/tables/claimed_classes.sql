/*
title: {zh: 有培训补贴申领的班级, en: Classes with a class claim}
says: 登记在册、至少有一笔有效培训补贴申领的班级，连同项目类型、历时、申领编号和金额；一个申领编号有几行时只计金额大的一行。
*/
WITH claimed AS (
    SELECT class_id, claim_id, max(amount) AS amount
    FROM class_claims
    GROUP BY class_id, claim_id
),
totals AS (
    SELECT class_id, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM claimed
    GROUP BY class_id
)
SELECT
    t.class_id, k.division, concat(left(k.division, 4), '00') AS city, k.organiser_id, k.mode, k.start_date, k.end_date,
    p.training_kind, l.months, l.days, l.months_begun, t.claim_ids, t.amount
FROM totals AS t
JOIN classes AS k ON k.class_id = t.class_id
JOIN class_lengths AS l ON l.class_id = t.class_id
LEFT JOIN class_projects AS p ON p.class_id = t.class_id
