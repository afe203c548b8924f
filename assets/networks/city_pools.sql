/*
title: {zh: 各市参训人数, en: Persons trained per city}
says: 各市有有效培训补贴申领的班的名册上的人数，是随机组班时可以抽到的人。
*/
SELECT concat(left(k.division, 4), '00') AS city, count(DISTINCT e.id_number) AS pool
FROM enrolments AS e
JOIN classes AS k ON k.class_id = e.class_id
JOIN (SELECT DISTINCT class_id FROM class_claims WHERE class_known) AS c ON c.class_id = e.class_id
GROUP BY concat(left(k.division, 4), '00')
