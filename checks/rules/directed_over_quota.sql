/*
clause:   shanxi-2021-600 九（一）
says:     围绕产业集群用工需求开展定向式职业技能培训 3 万人
title:    {zh: 全省定向培训人数超过计划, en: More persons in directed training than planned}
means:    自本数施行之日起开班的定向培训班，全省有有效申领的人数（一人只计一次）不应多于计划人数；一个市给自己定了更严的数的，该市另算，不改变全省的计划。这是给管理者的提示，不针对任何单位。
explain:  {zh: "{province}自{since}起开班的定向培训已有{observed}人申领补贴，计划{allowed}人。", en: "In {province} {observed} persons have been claimed for in directed classes begun since {since}; {allowed} were planned."}
severity: notice
remedy:   核对全省定向培训进度，研究是否调整计划或暂停开班。
innocent: 计划数已另行调整，尚未录入参数。
subject:  province
key:      [province]
*/
WITH directed AS (
    SELECT concat(left(class_division, 2), '0000') AS province, class_city, start_date, id_number
    FROM class_claims
    WHERE training_kind = 'directed'
),
plans AS (
    SELECT
        concat(left(city, 2), '0000') AS province, valid_from, max(valid_until) AS valid_until,
        CAST(max(number) AS INTEGER) AS persons
    FROM parameter
    WHERE id = 'directed_quota'
    GROUP BY concat(left(city, 2), '0000'), valid_from
),
-- A city's own stricter number holds for that city, and is no plan of the province.
limits AS (
    SELECT p.province, NULL AS city, p.valid_from, p.valid_until, p.persons
    FROM plans AS p
    WHERE NOT EXISTS (
        SELECT 1
        FROM plans AS o
        WHERE o.province = p.province AND o.valid_from <= p.valid_from AND p.valid_from < o.valid_until AND o.persons > p.persons
    )
    UNION ALL
    SELECT concat(left(city, 2), '0000'), city, valid_from, valid_until, CAST(number AS INTEGER)
    FROM parameter
    WHERE id = 'directed_quota' AND division = city
),
examined AS (
    SELECT
        d.province, d.province AS division, l.valid_from AS since, count(DISTINCT d.id_number) AS observed,
        l.persons AS allowed, CAST([] AS VARCHAR[]) AS claim_ids, 0 AS amount_at_risk
    FROM directed AS d
    JOIN limits AS l
        ON l.province = d.province AND coalesce(l.city, d.class_city) = d.class_city
        AND d.start_date >= l.valid_from AND d.start_date < l.valid_until
    GROUP BY d.province, l.city, l.valid_from, l.persons
)
SELECT *
FROM examined
WHERE observed > allowed
