/*
title: {zh: 银行流水, en: Bank statement}
says: 截至扫描日的交易；每一行都算数。
*/
SELECT d.transaction_no, d.division, d.booked_on, d.direction, d.batch_no, d.payee_account, d.payee_name, d.amount,
    d.status
FROM delivered.bank AS d
CROSS JOIN scan AS s
WHERE d.booked_on <= s.as_of
