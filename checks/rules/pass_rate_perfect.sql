/*
clause:   skillwatch-signs 成绩雷同
title:    {zh: 一天评价的证书成绩全部相同, en: All certificates of an assessment day bear one score}
means:    同一评价机构、职业、等级在一个评价日发出的证书达到规定本数，而理论成绩本本都有且全部相同，或实操成绩如此。几天都如此的并为一条线索。
explain:  {zh: "{assessor_name}（{institution_id}）评价的{occupation_code}等级{level}，一日达到{certificates_min}本的有{days}天，其中{observed}天成绩全部相同（首次在{first_day}，最多一日{certificates}本）；有关取证补贴申领{amount_at_risk}元。", en: "{assessor_name} ({institution_id}), {occupation_code} level {level}: of {days} days with at least {certificates_min} certificates, {observed} bear one and the same score (first on {first_day}; up to {certificates} a day). Certificate subsidies concerned: {amount_at_risk} yuan."}
severity: lead
remedy:   调取该日试卷、评分表和考场录像，抽查考生；成绩不实的，按规定处理证书并退回有关取证补贴。
innocent: 只登记合格与否，合格的一律记同一分数；成绩由系统导入时填了默认值。
subject:  assessor
key:      [institution_id, occupation_code, level]
evidence: {certificates: {assessor_id: institution_id, occupation_code: occupation_code, level.or_empty: level.or_empty, assessed_on: first_day}, claims: [claim_id]}
*/
WITH days AS (
    SELECT
        d.assessor_id, d.assessor_name, d.division, d.occupation_code, d.level, d.assessed_on, d.certificates,
        d.same_theory OR d.same_practice AS same_score, CAST(p.number AS INTEGER) AS certificates_min
    FROM assessment_days AS d
    JOIN parameter AS p
        ON p.id = 'pass_day_certificates' AND p.city = d.city
        AND d.assessed_on >= p.valid_from AND d.assessed_on < p.valid_until
    WHERE d.certificates >= p.number
),
claimed AS (
    SELECT c.assessor_id, c.occupation_code, c.level, c.claim_id, max(c.amount) AS amount
    FROM certificate_claims AS c
    JOIN days AS d
        ON d.assessor_id = c.assessor_id AND d.occupation_code = c.occupation_code AND d.level IS NOT DISTINCT FROM c.level
        AND d.assessed_on = c.assessed_on AND d.same_score
    GROUP BY c.assessor_id, c.occupation_code, c.level, c.claim_id
),
totals AS (
    SELECT assessor_id, occupation_code, level, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM claimed
    GROUP BY assessor_id, occupation_code, level
),
examined AS (
    SELECT
        assessor_id AS institution_id, assessor_name, division, occupation_code, level, min(certificates_min) AS certificates_min,
        count(*) AS days, count(CASE WHEN same_score THEN assessed_on END) AS observed, 0 AS allowed,
        min(CASE WHEN same_score THEN assessed_on END) AS first_day, max(CASE WHEN same_score THEN certificates END) AS certificates
    FROM days
    GROUP BY assessor_id, assessor_name, division, occupation_code, level
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t
    ON t.assessor_id = e.institution_id AND t.occupation_code = e.occupation_code AND t.level IS NOT DISTINCT FROM e.level
WHERE e.observed > e.allowed
