/*
level:    claim
family:   exams
title:    {zh: 本人成绩压线, en: "The person's marks just above the pass mark"}
says:     取证申领所指证书的理论或实操成绩在 60 至 62 分记 1，否则记 0
high:     成绩改到及格
innocent: 确实考得勉强
typologies: [T15]
typical:  all
unit:     是否
weighs:   little
grain:    0.2
*/
SELECT c.claim_id AS key, max(CASE WHEN (r.theory_score >= 60 AND r.theory_score < 63) OR (r.practice_score >= 60 AND r.practice_score < 63) THEN 1.0 ELSE 0.0 END) AS value
FROM certificate_claims AS c
JOIN certificate_registry AS r ON r.certificate_key = c.certificate_key AND r.id_number = c.holder_id
WHERE r.theory_score IS NOT NULL OR r.practice_score IS NOT NULL
GROUP BY c.claim_id
