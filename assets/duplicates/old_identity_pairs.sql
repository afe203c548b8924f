/*
title: {zh: 用 15 位旧号再次申领, en: Claimed again under the old 15-digit number}
says: 同一人就同一个班（生活费、交通费还要同一个月）的两笔有效申领，其中一笔交来时用的是 15 位旧身份证号。补位以后号码相同，明文规则也会指出；这里另外说明两笔为什么当初看不出是一个人。学徒制的分期不算。
*/
WITH old AS (
    SELECT DISTINCT claim_id
    FROM delivered.claims
    WHERE repairs LIKE '%15 digits%'
),
claimed AS (
    SELECT
        c.claim_id, c.subsidy_kind, c.id_number, c.class_id, c.month, o.claim_id IS NOT NULL AS old_number,
        row_number() OVER (PARTITION BY c.claim_id ORDER BY c.id_number, c.class_id, c.month) AS place
    FROM live_claims AS c
    LEFT JOIN old AS o ON o.claim_id = c.claim_id
    LEFT JOIN class_projects AS p ON p.class_id = c.class_id
    WHERE c.class_id IS NOT NULL AND c.subsidy_kind IN ('training', 'living', 'transport') AND coalesce(p.training_kind, '') <> 'apprenticeship'
)
SELECT least(a.claim_id, b.claim_id) AS claim_a, greatest(a.claim_id, b.claim_id) AS claim_b, 'same_class' AS matter
FROM claimed AS a
JOIN claimed AS b
    ON b.id_number = a.id_number AND b.subsidy_kind = a.subsidy_kind AND b.class_id = a.class_id AND b.claim_id <> a.claim_id
    AND b.month IS NOT DISTINCT FROM a.month
WHERE a.place = 1 AND b.place = 1 AND a.old_number AND NOT b.old_number
