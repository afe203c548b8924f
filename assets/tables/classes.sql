/*
title: {zh: 开班信息, en: Classes}
says: 截至扫描日已开班的班级，没写开班日期的也算；每个主键（class_id）取最后一次交来的一行；同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.class_id
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.classes AS d
    CROSS JOIN scan AS s
    WHERE d.start_date IS NULL OR d.start_date <= s.as_of
)
SELECT
    class_id, project_code, organiser_id, division, mode, site, longitude, latitude, start_date, end_date,
    planned_hours, trainer_id, trainer_name, headcount, reviewer_id
FROM ranked
WHERE place = 1
