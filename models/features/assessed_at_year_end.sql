/*
level:    assessor
family:   claiming
title:    {zh: 年底突击评价, en: "Assessed at the end of the year"}
says:     11、12 月评价的证书占比
high:     赶在政策到期前突击
innocent: 年终集中鉴定
typologies: [T43, T14]
typical:  all
unit:     占比
weighs:   little
grain:    0.1
*/
SELECT assessor_id AS key, avg(CASE WHEN extract(MONTH FROM assessed_on) >= 11 THEN 1 ELSE 0 END) AS value
FROM certificate_registry
GROUP BY assessor_id
HAVING count(*) >= 10
