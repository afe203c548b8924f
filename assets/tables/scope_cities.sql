/*
title: {zh: 交了评价机构备案的城市, en: Cities whose assessors' scopes have been delivered}
says: 有评价机构备案的每个城市（按机构档案的区划）；哪个城市的备案一条都没有，涉及它的评价机构的线索就注明“对照数据不全”。
*/
SELECT DISTINCT concat(left(o.division, 4), '00') AS city
FROM assessor_scopes AS s
JOIN organisations AS o ON o.institution_id = s.assessor_id
