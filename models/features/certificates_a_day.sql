/*
level:    assessor
family:   certification
title:    {zh: 一天发证太多, en: "Certificates on the busiest day"}
says:     评价人数最多的一天的证书数的自然对数
high:     考场和考评员做不完
innocent: 省级考点、集中统考
typologies: [T14]
typical:  all
unit:     对数本
weighs:   some
grain:    0.3
*/
WITH days AS (
    SELECT assessor_id, assessed_on, count(*) AS certificates FROM certificate_registry GROUP BY assessor_id, assessed_on
)
SELECT assessor_id AS key, ln(max(certificates)) AS value
FROM days
GROUP BY assessor_id
