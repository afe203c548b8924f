/*
title: {zh: 比对名单, en: Status registers}
says: 截至扫描日已起始的名单；每个主键（id_number、status_kind、from_date）取最后一次交来的一行，同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.id_number, d.status_kind, d.from_date
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.status_registers AS d
    CROSS JOIN scan AS s
    WHERE d.from_date <= s.as_of
)
SELECT id_number, name, status_kind, from_date, to_date
FROM ranked
WHERE place = 1
