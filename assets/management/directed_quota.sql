/*
title: {zh: 产业集群定向培训人数, en: Persons in directed training against the plan}
clause: shanxi-2021-600 九（一）
says: 每个市开班的产业集群定向培训：班数、申领人数、申领金额，以及全省计划人数。
columns: {city: 市, classes: 班数, persons: 申领人数, amount: 申领金额（元）, planned_province: 全省计划人数}
*/
WITH plan AS (
    SELECT city, CAST(min(number) AS BIGINT) AS persons, min(valid_from) AS valid_from
    FROM parameter
    WHERE id = 'directed_quota'
    GROUP BY city
)
SELECT
    c.class_city AS city, count(DISTINCT c.class_id) AS classes, count(DISTINCT c.id_number) AS persons,
    CAST(sum(c.amount) AS DECIMAL(18, 2)) AS amount, min(p.persons) AS planned_province
FROM class_claims AS c
LEFT JOIN plan AS p ON p.city = c.class_city
WHERE c.training_kind = 'directed' AND (p.valid_from IS NULL OR c.start_date >= p.valid_from)
GROUP BY c.class_city
