/*
level:    class
family:   exams
title:    {zh: 成绩压线及格, en: "Scores just above the pass mark"}
says:     及格（60 分以上）的结业成绩里，60 至 62 分的占比减去 63 至 65 分的占比：自然分布里两段差不多
high:     成绩改到及格
innocent: 补考按 60 分记
typologies: [T15]
typical:  peers
unit:     占比之差
weighs:   much
grain:    0.06
*/
SELECT class_id AS key, avg(CASE WHEN exam_score < 63 THEN 1 WHEN exam_score < 66 THEN -1 ELSE 0 END) AS value
FROM enrolments
WHERE exam_score >= 60
GROUP BY class_id
HAVING count(*) >= 5
