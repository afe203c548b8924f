/*
level:    class
family:   exams
title:    {zh: 结业成绩挤在一起, en: "Exam scores close together"}
says:     结业成绩与本班中位成绩相差不到 2 分的占比
high:     成绩是统一给的
innocent: 题目过易；按等第折算
typologies: [T15, T16]
typical:  peers
unit:     占比
weighs:   some
grain:    0.06
*/
WITH middle AS (
    SELECT class_id, median(CAST(exam_score AS DOUBLE)) AS middle FROM enrolments WHERE exam_score IS NOT NULL GROUP BY class_id
)
SELECT e.class_id AS key, avg(CASE WHEN abs(e.exam_score - m.middle) < 2 THEN 1 ELSE 0 END) AS value
FROM enrolments AS e
JOIN middle AS m ON m.class_id = e.class_id
WHERE e.exam_score IS NOT NULL
GROUP BY e.class_id
HAVING count(*) >= 5
