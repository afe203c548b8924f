/*
title: {zh: 评价机构备案范围, en: Scopes of assessors}
says: 每个主键（assessor_id、occupation_code、level、valid_from）取最后一次交来的一行；同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.assessor_id, d.occupation_code, d.level, d.valid_from
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.assessor_scopes AS d
)
SELECT
    assessor_id, occupation_code, level, valid_from, valid_to
FROM ranked
WHERE place = 1
