/*
title: {zh: 名册上的电话, en: Phones on the rosters}
says: 名册上的每个电话连同学员和班级；不足 7 位数字的不算电话。班级不明的，班级各列为空。
*/
SELECT e.phone, e.id_number, e.class_id, k.division, k.organiser_id, k.start_date
FROM enrolments AS e
LEFT JOIN classes AS k ON k.class_id = e.class_id
WHERE regexp_full_match(e.phone, '[0-9]{7,}')
