/*
level:    assessor
family:   exams
title:    {zh: 同日成绩雷同, en: "Same marks on one day"}
says:     所发证书里，理论和实操两科成绩与同日、同职业另一人都相同的占比
high:     成绩是复制的
innocent: 等第制、人多分数少
typologies: [T15, T16]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH counted AS (
    SELECT assessor_id, count(*) OVER (PARTITION BY assessor_id, assessed_on, occupation_code, theory_score, practice_score) AS alike
    FROM certificate_registry
    WHERE theory_score IS NOT NULL AND practice_score IS NOT NULL
)
SELECT assessor_id AS key, avg(CASE WHEN alike > 1 THEN 1 ELSE 0 END) AS value
FROM counted
GROUP BY assessor_id
HAVING count(*) >= 10
