/*
title: {zh: 专账资金台账, en: Ledger of the special account}
says: 截至扫描日已记账的凭证；每一行都算数。
*/
SELECT d.voucher_no, d.division, d.booked_on, d.direction, d.batch_no, d.subsidy_kind, d.counterparty_division,
    d.amount
FROM delivered.ledger AS d
CROSS JOIN scan AS s
WHERE d.booked_on <= s.as_of
