/*
level:    class
family:   claiming
title:    {zh: 补贴贴着顶额, en: "Amounts close to the cap"}
says:     本班申领金额与项目顶额之比的平均
high:     按顶额申领，不按实际
innocent: 标准本来就等于顶额
typologies: [T36, T07]
typical:  peers
unit:     比例
weighs:   little
grain:    0.05
*/
SELECT class_id AS key, avg(CAST(amount AS DOUBLE) / CAST(subsidy_cap AS DOUBLE)) AS value
FROM class_claims
WHERE subsidy_cap > 0
GROUP BY class_id
