/*
title: {zh: 工资发放, en: Payroll}
says: 截至扫描日的工资所属月；每一行都算数。
*/
SELECT d.employer_id, d.id_number, d.name, d.month, d.gross_pay, d.net_pay, d.paid_on, d.bank_account,
    d.days_worked
FROM delivered.payroll AS d
CROSS JOIN scan AS s
WHERE d.month <= s.as_of
