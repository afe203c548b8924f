/*
title: {zh: 有申领的机构, en: Institutions with claims}
says: 办班机构、以工代训申领单位和评价机构各一行：名称、区划（不在任何目录的，以多数申领人所在的为准）、所办班用过的教师数、有申领的人数，以及扫描日在其所在市适用的偶然比例上限。
*/
WITH active AS (
    SELECT organiser_id AS institution_id, id_number, division FROM class_claims WHERE organiser_id IS NOT NULL
    UNION
    SELECT claimant_id, id_number, division FROM live_claims WHERE subsidy_kind = 'work_training' AND claimant_id IS NOT NULL
    UNION
    SELECT assessor_id, id_number, division FROM certificate_claims WHERE assessor_id IS NOT NULL
),
counted AS (
    SELECT institution_id, count(DISTINCT id_number) AS persons
    FROM active
    GROUP BY institution_id
),
-- who stands in no catalogue must not go unseen for that
usual AS (
    SELECT
        institution_id, division,
        row_number() OVER (PARTITION BY institution_id ORDER BY count(DISTINCT id_number) DESC, division) AS place
    FROM active
    WHERE division IS NOT NULL
    GROUP BY institution_id, division
),
placed AS (
    SELECT c.institution_id, o.name, o.kind, coalesce(o.division, u.division) AS division, c.persons
    FROM counted AS c
    LEFT JOIN organisations AS o ON o.institution_id = c.institution_id
    LEFT JOIN usual AS u ON u.institution_id = c.institution_id AND u.place = 1
),
taught AS (
    SELECT k.organiser_id, count(DISTINCT k.trainer_id) AS trainers
    FROM classes AS k
    JOIN (SELECT DISTINCT class_id FROM class_claims) AS c ON c.class_id = k.class_id
    GROUP BY k.organiser_id
)
SELECT
    c.institution_id, c.name, c.kind, c.division, c.persons, coalesce(t.trainers, 0) AS trainers,
    CAST(p.number AS DOUBLE) AS most_chance
FROM placed AS c
CROSS JOIN scan AS s
LEFT JOIN taught AS t ON t.organiser_id = c.institution_id
LEFT JOIN parameter AS p
    ON p.id = 'group_chance' AND p.city = concat(left(c.division, 4), '00')
    AND s.as_of >= p.valid_from AND s.as_of < p.valid_until
