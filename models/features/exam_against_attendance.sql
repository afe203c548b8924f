/*
level:    class
family:   exams
title:    {zh: 成绩与到课无关, en: "Scores unrelated to attendance"}
says:     负的到课次数与结业成绩的相关系数：来得多的一般考得好
high:     成绩或考勤有一样是假的
innocent: 人人都到得差不多
typologies: [T15, T09]
typical:  peers
unit:     相关系数
weighs:   little
grain:    0.15
*/
-- rounded, so that a sum taken in another order gives the same
SELECT e.class_id AS key, round(-corr(CAST(e.exam_score AS DOUBLE), CAST(a.days AS DOUBLE)), 6) + 0 AS value
FROM enrolments AS e
JOIN attended AS a ON a.class_id = e.class_id AND a.id_number = e.id_number
WHERE e.exam_score IS NOT NULL
GROUP BY e.class_id
HAVING count(*) >= 10 AND stddev_samp(e.exam_score) > 0 AND stddev_samp(a.days) > 0
