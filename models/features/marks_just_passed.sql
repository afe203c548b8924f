/*
level:    assessor
family:   exams
title:    {zh: 成绩压线, en: "Marks just above the pass mark"}
says:     所发证书里，两科成绩在 60 至 62 分的占比减去 63 至 65 分的占比
high:     成绩改到及格
innocent: 试题偏难
typologies: [T15]
typical:  all
unit:     占比之差
weighs:   much
grain:    0.04
*/
SELECT assessor_id AS key, avg(
        (CASE WHEN theory_score >= 60 AND theory_score < 63 THEN 1 WHEN theory_score >= 63 AND theory_score < 66 THEN -1 ELSE 0 END
        + CASE WHEN practice_score >= 60 AND practice_score < 63 THEN 1 WHEN practice_score >= 63 AND practice_score < 66 THEN -1 ELSE 0 END)
        / 2.0
    ) AS value
FROM certificate_registry
WHERE theory_score IS NOT NULL OR practice_score IS NOT NULL
GROUP BY assessor_id
HAVING count(*) >= 10
