/*
level:    assessor
family:   certification
title:    {zh: 一备案就大量发证, en: "A rush right after filing"}
says:     备案后 90 天内评价的证书占全部证书的比例；备案不足 180 天的除外
high:     为突击发证而设立
innocent: 备案前已有积压的考生
typologies: [T14]
typical:  all
unit:     占比
weighs:   some
grain:    0.1
*/
WITH filed AS (
    SELECT assessor_id, min(valid_from) AS valid_from FROM assessor_scopes GROUP BY assessor_id
)
SELECT r.assessor_id AS key, avg(CASE WHEN date_diff('day', f.valid_from, r.assessed_on) BETWEEN 0 AND 90 THEN 1 ELSE 0 END) AS value
FROM certificate_registry AS r
JOIN filed AS f ON f.assessor_id = r.assessor_id
CROSS JOIN scan AS s
WHERE date_diff('day', f.valid_from, s.as_of) >= 180
GROUP BY r.assessor_id
HAVING count(*) >= 10
