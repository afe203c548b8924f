/*
title: {zh: 名册有重合的两个班, en: Two classes whose rosters meet}
says: 有有效培训补贴申领的班，两班名册里的共同学员人数。属于续办的不看：学徒制的班；同一主体的职业或等级不同的班。两班都由同一用人单位派来的学员另计（by_employer），只用其余的人（shared）判断；size_a、size_b 也只数其余的人。started 是较晚一班的开班日。一人在二十个以上班里的（多为占位号码）不计。
*/
WITH members AS (
    SELECT DISTINCT e.class_id, e.id_number, e.employer_id
    FROM enrolments AS e
    JOIN (SELECT DISTINCT class_id FROM class_claims WHERE class_known) AS c ON c.class_id = e.class_id
    WHERE e.id_number IS NOT NULL
),
moving AS (
    SELECT id_number
    FROM members
    GROUP BY id_number
    HAVING count(DISTINCT class_id) BETWEEN 2 AND 20
),
met AS (
    SELECT
        a.class_id AS class_a, b.class_id AS class_b,
        count(CASE WHEN a.employer_id = b.employer_id THEN NULL ELSE 1 END) AS shared,
        count(CASE WHEN a.employer_id = b.employer_id THEN 1 END) AS by_employer
    FROM members AS a
    JOIN moving AS m ON m.id_number = a.id_number
    JOIN members AS b ON b.id_number = a.id_number AND b.class_id > a.class_id
    GROUP BY a.class_id, b.class_id
),
sized AS (
    SELECT class_id, count(*) AS size
    FROM members
    GROUP BY class_id
),
described AS (
    SELECT
        k.class_id, k.division, concat(left(k.division, 4), '00') AS city, k.organiser_id, k.start_date, k.end_date,
        p.training_kind, p.occupation_code, p.level, s.size
    FROM classes AS k
    JOIN sized AS s ON s.class_id = k.class_id
    LEFT JOIN class_projects AS p ON p.class_id = k.class_id
)
SELECT
    m.class_a, m.class_b, a.division, a.city, b.city AS city_b, a.organiser_id AS organiser_a, b.organiser_id AS organiser_b,
    m.shared, m.by_employer, a.size - m.by_employer AS size_a, b.size - m.by_employer AS size_b,
    a.organiser_id = b.organiser_id AS same_organiser,
    coalesce(a.occupation_code = b.occupation_code AND a.level IS NOT DISTINCT FROM b.level, false) AS same_course,
    greatest(a.start_date, b.start_date) AS started,
    date_diff('day', least(a.start_date, b.start_date), greatest(a.start_date, b.start_date)) AS days_apart
FROM met AS m
JOIN described AS a ON a.class_id = m.class_a
JOIN described AS b ON b.class_id = m.class_b
WHERE m.shared > 0
    AND coalesce(a.training_kind, '') <> 'apprenticeship' AND coalesce(b.training_kind, '') <> 'apprenticeship'
    AND (a.organiser_id <> b.organiser_id OR (a.occupation_code = b.occupation_code AND a.level IS NOT DISTINCT FROM b.level))
