/*
title: {zh: 班级培训补贴申领, en: Class claims}
says: 带班级编号的有效培训补贴申领，连同其班级、项目、培训主体和本人的名册；班级、项目或名册查不到时相应列为空。
*/
SELECT
    c.claim_id, c.division, c.city, c.claimant_id, c.payee_id, c.payee_account, c.id_number, c.name, c.class_id,
    c.standard, c.amount, c.claimed_on, c.claim_year, c.status, c.reviewer_id, c.fund,
    k.class_id IS NOT NULL AS class_known,
    k.division AS class_division, concat(left(k.division, 4), '00') AS class_city, k.mode, k.start_date, k.end_date,
    CAST(extract(YEAR FROM k.start_date) AS INTEGER) AS class_year, k.planned_hours, k.project_code,
    k.organiser_id, o.name AS organiser_name, o.kind AS organiser_kind,
    p.project_code IS NOT NULL AS project_known, coalesce(p.listed, false) AS project_listed, p.training_kind,
    p.inclusive, p.occupation_code, p.level, p.standard_hours, p.subsidy_standard, p.subsidy_cap,
    e.id_number IS NOT NULL AS enrolled, e.category, e.employer_id, e.graduation_date, e.completed,
    c.claim_order, p.valid_from AS project_valid_from
FROM live_claims AS c
LEFT JOIN classes AS k ON k.class_id = c.class_id
LEFT JOIN organisations AS o ON o.institution_id = k.organiser_id
LEFT JOIN class_projects AS p ON p.class_id = c.class_id
LEFT JOIN enrolments AS e ON e.class_id = c.class_id AND e.id_number = c.id_number
WHERE c.subsidy_kind = 'training' AND c.class_id IS NOT NULL
