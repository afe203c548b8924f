/*
level:    assessor
family:   certification
title:    {zh: 课没上完就评价, en: "Assessed before the class ended"}
says:     带班级编号的取证申领里，评价日早于结业日的占比
high:     培训走过场，证书另办
innocent: 模块化考核
typologies: [T18, T07]
typical:  all
unit:     占比
weighs:   some
grain:    0.08
*/
SELECT c.assessor_id AS key, avg(CASE WHEN c.assessed_on < k.end_date THEN 1 ELSE 0 END) AS value
FROM certificate_claims AS c
JOIN classes AS k ON k.class_id = c.class_id
WHERE c.assessor_id IS NOT NULL
GROUP BY c.assessor_id
HAVING count(*) >= 5
