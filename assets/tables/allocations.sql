/*
title: {zh: 资金与任务分配, en: Allocations}
says: 每个主键（division、year）取最后一次交来的一行；同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.division, d.year
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.allocations AS d
)
SELECT
    division, year, allocated, task_persons
FROM ranked
WHERE place = 1
