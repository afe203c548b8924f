/*
title: {zh: 培训任务完成进度, en: Progress of the training task}
clause: shanxi-2021-600 七
says: 每个区划每年的任务人数、月报完成人次（以工代训不算培训任务，已剔除）和按申领明细重算的培训人数，三者对照。
columns: {division: 区划, year: 年度, task_persons: 任务人数, reported_persons: 月报完成人次, claimed_persons: 申领明细人数, reported_share: 月报完成率}
*/
WITH reported AS (
    SELECT division, CAST(extract(YEAR FROM month) AS INTEGER) AS year, sum(task_persons) AS persons
    FROM reports
    WHERE subsidy_kind <> 'work_training'
    GROUP BY division, extract(YEAR FROM month)
),
claimed AS (
    SELECT division, class_year AS year, count(DISTINCT concat_ws('|', id_number, class_id)) AS persons
    FROM class_claims
    WHERE class_year IS NOT NULL
    GROUP BY division, class_year
)
SELECT
    a.division, a.year, a.task_persons, CAST(coalesce(r.persons, 0) AS BIGINT) AS reported_persons,
    coalesce(c.persons, 0) AS claimed_persons,
    CASE WHEN a.task_persons > 0 THEN round(CAST(coalesce(r.persons, 0) AS DOUBLE) / a.task_persons, 4) END AS reported_share
FROM allocations AS a
LEFT JOIN reported AS r ON r.division = a.division AND r.year = a.year
LEFT JOIN claimed AS c ON c.division = a.division AND c.year = a.year
