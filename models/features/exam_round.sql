/*
level:    class
family:   exams
title:    {zh: 成绩多为整五整十, en: "Round scores"}
says:     结业成绩是 5 的倍数的占比；自然情况约两成
high:     成绩不是考出来的
innocent: 百分制按等第折算
typologies: [T15]
typical:  peers
unit:     占比
weighs:   some
grain:    0.08
*/
SELECT class_id AS key, avg(CASE WHEN exam_score = 5 * floor(exam_score / 5) THEN 1 ELSE 0 END) AS value
FROM enrolments
WHERE exam_score IS NOT NULL
GROUP BY class_id
HAVING count(*) >= 8
