/*
title: {zh: 学员的培训主体, en: Whoever trained a person}
says: 一个人在名册上的各个班级的培训主体，每人每个主体一行；名册跟着班级，截至扫描日未开班的不算。
*/
SELECT DISTINCT e.id_number, k.organiser_id
FROM enrolments AS e
JOIN classes AS k ON k.class_id = e.class_id
