/*
clause:   shanxi-2021-600 一
says:     各市要建立培训补贴标准动态评估调整机制，适时调整补贴标准
title:    {zh: 普惠制项目的补贴标准长期未调整, en: Standard of an inclusive project not reviewed for long}
means:    补贴标准要动态评估、适时调整。普惠制项目的目录行自起始日期起超过参数规定的月数（按月末对齐）仍被新开的班使用的，提示复核；这是管理提示，不指向任何人。
explain:  {zh: "项目{project_code}的补贴标准自{valid_from}起未更新，{allowed}起应当复核；最近一次用于{observed}开班的班级。", en: "The standard of project {project_code} stands since {valid_from} and was due for review after {allowed}; the latest class that used it started on {observed}."}
severity: notice
remedy:   提醒项目所属的市评估这一标准，调整或确认后在目录里登记新的起始日期。
innocent: 已经评估、认为不需调整，目录没有登记新的起始日期。
subject:  project
key:      [project_code]
evidence: {projects: [project_code, valid_from], classes: {through: class_projects, by: [project_code, valid_from], class_id: class_id}, claims: [claim_id]}
*/
WITH uses AS (
    SELECT
        p.project_code, p.project_division AS division, p.valid_from, k.class_id, k.start_date,
        CAST(p.valid_from + CAST(m.number AS INTEGER) * INTERVAL 1 MONTH AS DATE) AS review_due
    FROM classes AS k
    JOIN class_projects AS p ON p.class_id = k.class_id
    JOIN parameter AS m
        ON m.id = 'standard_review_months' AND m.city = concat(left(k.division, 4), '00')
        AND k.start_date >= m.valid_from AND k.start_date < m.valid_until
    WHERE p.listed AND p.inclusive
),
examined AS (
    SELECT
        u.project_code, u.division, CAST(NULL AS VARCHAR) AS institution_id, u.valid_from,
        max(u.start_date) AS observed, u.review_due AS allowed,
        list(DISTINCT c.claim_id ORDER BY c.claim_id) FILTER (WHERE u.start_date > u.review_due AND c.claim_id IS NOT NULL) AS claim_ids,
        0 AS amount_at_risk
    FROM uses AS u
    LEFT JOIN class_claims AS c ON c.class_id = u.class_id
    GROUP BY u.project_code, u.division, u.valid_from, u.review_due
)
SELECT *
FROM examined
WHERE observed > allowed
