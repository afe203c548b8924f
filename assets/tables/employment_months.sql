/*
title: {zh: 有工资或参保的月份, en: Months with a wage or an insurance row}
says: 一个人在一个单位有工资发放或社会保险缴费记录的月份，每人每单位每月一行。
*/
SELECT employer_id, id_number, month FROM payroll
UNION
SELECT employer_id, id_number, month FROM insurance
