/*
title: {zh: 培训评价机构目录, en: Catalogue of institutions}
says: 每个主键（institution_id、listed_from）取最后一次交来的一行；同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.institution_id, d.listed_from
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.institutions AS d
)
SELECT
    institution_id, name, kind, division, legal_representative, phone, bank_account, address, listed_from, listed_to,
    concat(left(division, 4), '00') AS city
FROM ranked
WHERE place = 1
