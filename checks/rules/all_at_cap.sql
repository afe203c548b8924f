/*
clause:   shanxi-2021-600 一
says:     不得全部按顶额标准确定
title:    {zh: 普惠制培训全部按顶额标准, en: All inclusive training at the cap}
means:    一个区划一年内开班的普惠制培训，补贴标准要随职业工种和时间而不同；开班数达到参数规定的最少班数、而所有班的补贴标准都等于顶额标准的，不符合规定。班级按原登记的区划归属，项目以开班日有效的目录为准；参数取当年最后一个班开班日有效的值。
explain:  {zh: "区划{division}在{year}年开了{classes}个普惠制培训班，其中{observed}个的补贴标准等于顶额标准，即全部按顶额确定。", en: "Division {division} started {classes} classes of inclusive training in {year}; {observed} of them, that is all, have a standard equal to the cap."}
severity: violation
remedy:   调取该区划的补贴标准文件和测算依据，核对标准是否按职业工种和培训时间分档；没有依据的，责成重新确定标准。
innocent: 各班同属一个职业、时间相同，标准确实应当一样；目录里的顶额标准误填成了补贴标准。
subject:  division
key:      [division, year]
evidence: {claims: [claim_id], classes: {division: division, start_date.year: year}, projects: {through: class_projects, by: {class_division: division, start_date.year: year}, project_code: project_code, valid_from: valid_from}}
*/
WITH inclusive_classes AS (
    SELECT
        k.class_id, k.division, concat(left(k.division, 4), '00') AS city, CAST(extract(YEAR FROM k.start_date) AS INTEGER) AS year,
        k.start_date, CASE WHEN p.subsidy_standard = p.subsidy_cap THEN 1 ELSE 0 END AS at_cap
    FROM classes AS k
    JOIN class_projects AS p ON p.class_id = k.class_id
    WHERE p.listed AND p.inclusive
),
years AS (
    SELECT division, city, year, count(*) AS classes, CAST(sum(at_cap) AS BIGINT) AS at_cap, max(start_date) AS last_start
    FROM inclusive_classes
    GROUP BY division, city, year
),
claimed AS (
    SELECT k.division, k.year, list(DISTINCT c.claim_id ORDER BY c.claim_id) AS claim_ids
    FROM inclusive_classes AS k
    JOIN class_claims AS c ON c.class_id = k.class_id
    GROUP BY k.division, k.year
),
examined AS (
    SELECT
        y.division, y.year, CAST(NULL AS VARCHAR) AS institution_id, y.classes, y.at_cap AS observed, y.classes - 1 AS allowed,
        c.claim_ids, 0 AS amount_at_risk
    FROM years AS y
    JOIN parameter AS p
        ON p.id = 'at_cap_classes_min' AND p.city = y.city AND y.last_start >= p.valid_from AND y.last_start < p.valid_until
    LEFT JOIN claimed AS c ON c.division = y.division AND c.year = y.year
    WHERE y.classes >= p.number
)
SELECT *
FROM examined
WHERE observed > allowed
