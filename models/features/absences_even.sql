/*
level:    class
family:   presence
title:    {zh: 人人缺得一样多, en: "Everybody misses about as much"}
says:     缺课次数的平均数与方差之比：真人有的总来有的常缺，约为 1 或更小
high:     缺课是按比例摊派的
innocent: 集体请假一天
typologies: [T09]
typical:  peers
unit:     比值
weighs:   some
grain:    0.2
*/
SELECT class_id AS key, avg(CAST(slots - came AS DOUBLE)) / (var_samp(slots - came) + 0.1) AS value
FROM class_people
WHERE slots >= 6
GROUP BY class_id
HAVING count(*) >= 8 AND 2 * sum(slots - came) >= count(*)
