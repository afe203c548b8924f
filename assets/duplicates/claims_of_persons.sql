/*
title: {zh: 疑为一人的两人的申领, en: Claims of persons who may be one}
says: 这些人的有效申领，连同判断两笔是否为同一件事所需的班级、职业、等级、年份、月份和证书。
*/
WITH wanted AS (
    SELECT id_number_a AS id_number FROM linked_persons
    UNION
    SELECT id_number_b FROM linked_persons
),
claimed AS (
    SELECT
        c.claim_id, c.id_number, c.name, c.subsidy_kind, c.class_id, c.month, c.claimed_on,
        coalesce(k.occupation_code, t.occupation_code) AS occupation, coalesce(k.level, t.level) AS level,
        k.training_kind, k.class_year, t.certificate_key, t.certificate_number,
        coalesce(t.registered AND t.holder_id = t.id_number, false) AS holds,
        row_number() OVER (PARTITION BY c.claim_id ORDER BY c.id_number, c.name, c.class_id, c.month, t.certificate_key, c.amount) AS place
    FROM live_claims AS c
    JOIN wanted AS w ON w.id_number = c.id_number
    LEFT JOIN class_claims AS k ON k.claim_id = c.claim_id AND k.id_number = c.id_number AND k.class_id = c.class_id
    LEFT JOIN certificate_claims AS t ON t.claim_id = c.claim_id AND t.id_number = c.id_number
)
SELECT
    claim_id, id_number, name, subsidy_kind, class_id, month, claimed_on, occupation, level, training_kind, class_year,
    certificate_key, certificate_number, holds
FROM claimed
WHERE place = 1
