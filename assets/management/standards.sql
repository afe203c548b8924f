/*
title: {zh: 补贴标准与调整, en: Subsidy standards and their review}
clause: shanxi-2021-600 一
says: 每个项目目录行的标准、顶额、标准占顶额的比例、标准课时单价，以及用到它的班数和最近一次开班时标准已施行的天数，供动态评估调整。
columns: {division: 区划, project_code: 项目编码, training_kind: 培训类型, occupation: 职业（工种）, level: 等级, valid_from: 起始日期, valid_to: 截止日期, subsidy_standard: 补贴标准（元）, subsidy_cap: 顶额标准（元）, share_of_cap: 占顶额比例, per_hour: 每课时（元）, classes: 班数, days_in_force: 最近开班时已施行天数}
*/
WITH used AS (
    SELECT project_code, valid_from, count(*) AS classes, max(start_date) AS last_start
    FROM (
        SELECT p.project_code, p.valid_from, k.start_date
        FROM class_projects AS p
        JOIN classes AS k ON k.class_id = p.class_id
        WHERE p.listed
    ) AS used_rows
    GROUP BY project_code, valid_from
)
SELECT
    p.division, p.project_code, p.training_kind, p.occupation, p.level, p.valid_from, p.valid_to, p.subsidy_standard, p.subsidy_cap,
    CASE WHEN p.subsidy_cap > 0 THEN round(CAST(p.subsidy_standard AS DOUBLE) / CAST(p.subsidy_cap AS DOUBLE), 4) END AS share_of_cap,
    CASE WHEN p.standard_hours > 0 THEN round(CAST(p.subsidy_standard AS DOUBLE) / p.standard_hours, 2) END AS per_hour,
    coalesce(u.classes, 0) AS classes, date_diff('day', p.valid_from, u.last_start) AS days_in_force
FROM projects AS p
LEFT JOIN used AS u ON u.project_code = p.project_code AND u.valid_from = p.valid_from
