/*
level:    assessor
family:   certification
title:    {zh: 集中在几天发证, en: "Certificates concentrated on few days"}
says:     证书最多的三天占全部证书的比例；至少 30 本
high:     突击发证
innocent: 一年统考几次
typologies: [T14, T43]
typical:  all
unit:     占比
weighs:   little
grain:    0.1
*/
WITH days AS (
    SELECT assessor_id, assessed_on, count(*) AS certificates FROM certificate_registry GROUP BY assessor_id, assessed_on
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY assessor_id ORDER BY certificates DESC, assessed_on) AS place FROM days
)
SELECT assessor_id AS key, CAST(sum(CASE WHEN place <= 3 THEN certificates ELSE 0 END) AS DOUBLE) / sum(certificates) AS value
FROM ranked
GROUP BY assessor_id
HAVING sum(certificates) >= 30
