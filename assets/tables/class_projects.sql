/*
title: {zh: 班级对应的培训项目, en: The project of each class}
says: 班级的项目是开班日有效的目录行，几行同时有效时取补贴标准高的；没有有效行时，只为知道类型、职业和等级，取最近的较早一行，再没有取最早的较晚一行，此时 listed 为否、标准为空。
*/
WITH candidates AS (
    SELECT
        k.class_id, p.project_code, p.training_kind, p.inclusive, p.occupation_code, p.level, p.standard_hours,
        p.subsidy_standard, p.subsidy_cap, p.valid_from, p.division AS project_division,
        p.valid_from <= k.start_date AND (p.valid_to IS NULL OR k.start_date <= p.valid_to) AS listed,
        p.valid_from <= k.start_date AS begun,
        abs(date_diff('day', p.valid_from, k.start_date)) AS days_away, k.division AS class_division, k.start_date
    FROM classes AS k
    JOIN projects AS p ON p.project_code = k.project_code AND p.valid_from IS NOT NULL
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY class_id
            ORDER BY
                CASE WHEN listed THEN 0 WHEN begun THEN 1 ELSE 2 END,
                CASE WHEN listed THEN 0 ELSE days_away END,
                subsidy_standard DESC, valid_from DESC
        ) AS place
    FROM candidates
)
SELECT
    class_id, project_code, listed, training_kind, inclusive, occupation_code, level, valid_from,
    CASE WHEN listed THEN standard_hours END AS standard_hours,
    CASE WHEN listed THEN subsidy_standard END AS subsidy_standard,
    CASE WHEN listed THEN subsidy_cap END AS subsidy_cap,
    project_division, class_division, start_date
FROM ranked
WHERE place = 1
