/*
title: {zh: 交了名册的城市, en: Cities that have delivered rosters}
says: 名册里的班级所在的每个城市；哪个城市的名册一份都没有交，涉及它的线索就注明“对照数据不全”。
*/
SELECT DISTINCT concat(left(k.division, 4), '00') AS city
FROM enrolments AS e
JOIN classes AS k ON k.class_id = e.class_id
