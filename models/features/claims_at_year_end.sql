/*
level:    class
family:   claiming
title:    {zh: 年底突击申领, en: "Claims in the last days of the year"}
says:     本班申领在 12 月 21 日以后的占比
high:     赶在政策到期前突击
innocent: 年底集中受理
typologies: [T43]
typical:  all
unit:     占比
weighs:   little
grain:    0.1
*/
SELECT class_id AS key, avg(CASE WHEN extract(MONTH FROM claimed_on) = 12 AND extract(DAY FROM claimed_on) > 20 THEN 1 ELSE 0 END) AS value
FROM class_claims
GROUP BY class_id
