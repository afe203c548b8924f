/*
title: {zh: 培训项目目录, en: Catalogue of training projects}
says: 每个主键（project_code、valid_from）取最后一次交来的一行；同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.project_code, d.valid_from
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.projects AS d
)
SELECT
    project_code, division, training_kind, inclusive, occupation_code, occupation, level, standard_hours,
    subsidy_standard, subsidy_cap, valid_from, valid_to,
    concat(left(division, 4), '00') AS city
FROM ranked
WHERE place = 1
