/*
level:    assessor
family:   exams
title:    {zh: 成绩的散布, en: "Spread of marks"}
says:     所发证书理论成绩的标准差的自然对数
high:     成绩忽高忽低
low:      成绩挤在一起，不像考出来的
innocent: 几个职业混在一起
typologies: [T15]
typical:  all
unit:     对数分
weighs:   some
grain:    0.1
*/
SELECT assessor_id AS key, ln(1 + stddev_samp(theory_score)) AS value
FROM certificate_registry
WHERE theory_score IS NOT NULL
GROUP BY assessor_id
HAVING count(*) >= 20
