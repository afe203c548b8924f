/*
title: {zh: 培训学员名册, en: Enrolments}
says: 名册随班级走，截至扫描日未开班的班级其名册还不存在；每个主键（class_id、id_number）取最后一次交来的一行，同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (PARTITION BY d.class_id, d.id_number ORDER BY d.delivery_order DESC, d.row_text DESC) AS place
    FROM delivered.enrolments AS d
)
SELECT
    r.class_id, r.id_number, r.name, r.phone, r.category, r.employer_id, r.graduation_date, r.residence_division,
    r.completed, r.exam_score
FROM ranked AS r
LEFT JOIN (SELECT DISTINCT class_id FROM delivered.classes) AS known ON known.class_id = r.class_id
LEFT JOIN classes AS begun ON begun.class_id = r.class_id
WHERE r.place = 1 AND (known.class_id IS NULL OR begun.class_id IS NOT NULL)
