/*
title: {zh: 班级概况, en: Classes in numbers}
says: 每个班一行：在册、结业、申领人数和金额，签到是否由机器记录、是否记到秒，以及比较同类用的条件：培训方式和主要签到方式、人数档（每翻一倍一档）、职业大类、等级、城市、季度。
*/
WITH people AS (
    SELECT
        class_id, count(*) AS persons, sum(CASE WHEN completed THEN 1 ELSE 0 END) AS completed, count(exam_score) AS scored
    FROM enrolments
    GROUP BY class_id
),
claimed AS (
    SELECT
        class_id, count(DISTINCT id_number) AS claimed_persons, sum(amount) AS amount, min(claimed_on) AS first_claim,
        max(claimed_on) AS last_claim
    FROM class_claims
    GROUP BY class_id
),
methods AS (
    SELECT class_id, method, count(*) AS sessions
    FROM sessions
    GROUP BY class_id, method
),
methods_ranked AS (
    SELECT class_id, method, row_number() OVER (PARTITION BY class_id ORDER BY sessions DESC, method) AS place
    FROM methods
),
clocks AS (
    SELECT
        class_id, count(*) AS sessions,
        sum(CASE WHEN method <> 'paper' THEN 1 ELSE 0 END) AS machine_sessions,
        sum(CASE WHEN method <> 'paper' AND extract(SECOND FROM check_in) <> 0 THEN 1 ELSE 0 END) AS seconds_shown
    FROM sessions
    GROUP BY class_id
)
SELECT
    k.class_id, k.organiser_id, k.trainer_id, k.division, k.site, k.mode, k.start_date, k.end_date, k.planned_hours, k.headcount,
    coalesce(p.persons, 0) AS persons, CAST(coalesce(p.completed, 0) AS BIGINT) AS completed, coalesce(p.scored, 0) AS scored,
    coalesce(c.claimed_persons, 0) AS claimed_persons, coalesce(c.amount, 0) AS amount, c.first_claim, c.last_claim,
    coalesce(t.sessions, 0) AS sessions, coalesce(2 * t.machine_sessions >= t.sessions, false) AS by_machine,
    coalesce(2 * t.seconds_shown >= t.sessions, false) AS to_the_second,
    concat(k.mode, ' ', coalesce(m.method, '')) AS setting,
    CASE
        WHEN coalesce(p.persons, 0) < 8 THEN 'under 8' WHEN p.persons < 16 THEN '8 to 15' WHEN p.persons < 32 THEN '16 to 31'
        WHEN p.persons < 64 THEN '32 to 63' ELSE '64 and more'
    END AS size,
    coalesce(left(j.occupation_code, 4), '') AS occupation, coalesce(j.level, '') AS level,
    coalesce(j.training_kind, '') AS training_kind, concat(left(k.division, 4), '00') AS city,
    concat('Q', CAST(extract(QUARTER FROM k.start_date) AS VARCHAR)) AS season
FROM classes AS k
LEFT JOIN people AS p ON p.class_id = k.class_id
LEFT JOIN claimed AS c ON c.class_id = k.class_id
LEFT JOIN clocks AS t ON t.class_id = k.class_id
LEFT JOIN methods_ranked AS m ON m.class_id = k.class_id AND m.place = 1
LEFT JOIN class_projects AS j ON j.class_id = k.class_id
