/*
title: {zh: 两家机构共有的学员或职工, en: Persons whom two institutions have in common}
says: 两家办班机构共有的学员（由同一用人单位派来的不计），或两家以工代训单位共有的职工；连同两家各自的人数。一人在十家以上机构的不计。
*/
WITH members AS (
    SELECT DISTINCT 'training' AS trade, k.organiser_id AS institution_id, e.id_number, e.employer_id
    FROM enrolments AS e
    JOIN classes AS k ON k.class_id = e.class_id
    JOIN (SELECT DISTINCT class_id FROM class_claims) AS c ON c.class_id = e.class_id
    WHERE k.organiser_id IS NOT NULL AND e.id_number IS NOT NULL
    UNION
    SELECT DISTINCT 'work_training', claimant_id, id_number, NULL
    FROM live_claims
    WHERE subsidy_kind = 'work_training' AND claimant_id IS NOT NULL AND id_number IS NOT NULL
),
sizes AS (
    SELECT trade, institution_id, count(DISTINCT id_number) AS size
    FROM members
    GROUP BY trade, institution_id
),
moving AS (
    SELECT trade, id_number
    FROM members
    GROUP BY trade, id_number
    HAVING count(DISTINCT institution_id) BETWEEN 2 AND 10
),
met AS (
    SELECT a.trade, a.institution_id AS institution_a, b.institution_id AS institution_b, count(DISTINCT a.id_number) AS shared
    FROM members AS a
    JOIN moving AS m ON m.trade = a.trade AND m.id_number = a.id_number
    JOIN members AS b ON b.trade = a.trade AND b.id_number = a.id_number AND b.institution_id > a.institution_id
    WHERE a.employer_id IS NULL OR b.employer_id IS NULL OR a.employer_id <> b.employer_id
    GROUP BY a.trade, a.institution_id, b.institution_id
)
SELECT m.trade, m.institution_a, m.institution_b, m.shared, x.size AS size_a, y.size AS size_b
FROM met AS m
JOIN sizes AS x ON x.trade = m.trade AND x.institution_id = m.institution_a
JOIN sizes AS y ON y.trade = m.trade AND y.institution_id = m.institution_b
