/*
level:    assessor
family:   certification
title:    {zh: 当天评价当天发证, en: "Issued right after assessment"}
says:     评价后 2 天内发证的占比
high:     没有阅卷和公示
innocent: 机考即时出分
typologies: [T14, T18]
typical:  all
unit:     占比
weighs:   little
grain:    0.1
*/
SELECT assessor_id AS key, avg(CASE WHEN date_diff('day', assessed_on, issued_on) <= 2 THEN 1 ELSE 0 END) AS value
FROM certificate_registry
GROUP BY assessor_id
HAVING count(*) >= 5
