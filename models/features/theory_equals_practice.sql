/*
level:    assessor
family:   exams
title:    {zh: 两科成绩一样, en: "Theory equals practice"}
says:     所发证书里，理论与实操相差不到 1 分的占比
high:     一科成绩抄另一科
innocent: 偶然
typologies: [T15]
typical:  all
unit:     占比
weighs:   some
grain:    0.04
*/
SELECT assessor_id AS key, avg(CASE WHEN abs(theory_score - practice_score) < 1 THEN 1 ELSE 0 END) AS value
FROM certificate_registry
WHERE theory_score IS NOT NULL AND practice_score IS NOT NULL
GROUP BY assessor_id
HAVING count(*) >= 20
