/*
level:    assessor
family:   certification
title:    {zh: 外市考生多, en: "Holders from other cities"}
says:     有取证补贴申领的证书里，申领区划不在评价机构所在市的占比
high:     各地舍近求远来找它发证
innocent: 全省仅此一家能评该职业
typologies: [T14, T15]
typical:  all
unit:     占比
weighs:   some
grain:    0.08
*/
SELECT c.assessor_id AS key, avg(CASE WHEN left(c.division, 4) <> left(o.division, 4) THEN 1 ELSE 0 END) AS value
FROM certificate_claims AS c
JOIN organisations AS o ON o.institution_id = c.assessor_id
GROUP BY c.assessor_id
HAVING count(*) >= 5
