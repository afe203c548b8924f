/*
level:    class
family:   presence
title:    {zh: 法定假日上课, en: "Sessions on public holidays"}
says:     上课日里元旦、五一、国庆头三天所占的比例
high:     上课日期是编的
innocent: 赶工期、学员只有假日有空
typologies: [T26]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH days AS (
    SELECT DISTINCT class_id, session_date FROM sessions
)
SELECT
    class_id AS key,
    avg(CASE
        WHEN extract(MONTH FROM session_date) = 10 AND extract(DAY FROM session_date) <= 3 THEN 1
        WHEN extract(MONTH FROM session_date) IN (1, 5) AND extract(DAY FROM session_date) = 1 THEN 1
        ELSE 0
    END) AS value
FROM days
GROUP BY class_id
