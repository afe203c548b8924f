/*
level:    assessor
family:   exams
title:    {zh: 成绩多为整五整十, en: "Round marks"}
says:     所发证书理论成绩是 5 的倍数的占比；自然情况约两成
high:     成绩是估的
innocent: 题目每题 5 分
typologies: [T15]
typical:  all
unit:     占比
weighs:   some
grain:    0.06
*/
SELECT assessor_id AS key, avg(CASE WHEN theory_score = 5 * floor(theory_score / 5) THEN 1 ELSE 0 END) AS value
FROM certificate_registry
WHERE theory_score IS NOT NULL
GROUP BY assessor_id
HAVING count(*) >= 20
