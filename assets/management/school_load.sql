/*
title: {zh: 院校承担培训任务, en: Training carried by schools}
clause: shanxi-2021-600 六
says: 每个院校每年开班、培训、结业的人数和计划课时，供核定绩效工资总量参考；不评价任何个人。
columns: {division: 区划, institution_id: 院校代码, name: 院校名称, year: 年度, classes: 班数, persons: 培训人数, completed: 结业人数, person_hours: 人课时, claimed_amount: 培训补贴（元）}
*/
WITH rosters AS (
    SELECT class_id, count(*) AS persons, sum(CASE WHEN completed THEN 1 ELSE 0 END) AS completed
    FROM enrolments
    GROUP BY class_id
),
claimed AS (
    SELECT class_id, sum(amount) AS amount
    FROM class_claims
    GROUP BY class_id
)
SELECT
    o.division, o.institution_id, o.name, CAST(extract(YEAR FROM k.start_date) AS INTEGER) AS year,
    count(*) AS classes, CAST(sum(coalesce(r.persons, 0)) AS BIGINT) AS persons,
    CAST(sum(coalesce(r.completed, 0)) AS BIGINT) AS completed,
    CAST(sum(coalesce(r.persons, 0) * k.planned_hours) AS BIGINT) AS person_hours,
    CAST(sum(coalesce(c.amount, 0)) AS DECIMAL(18, 2)) AS claimed_amount
FROM classes AS k
JOIN organisations AS o ON o.institution_id = k.organiser_id AND o.kind = 'college'
LEFT JOIN rosters AS r ON r.class_id = k.class_id
LEFT JOIN claimed AS c ON c.class_id = k.class_id
GROUP BY o.division, o.institution_id, o.name, extract(YEAR FROM k.start_date)
