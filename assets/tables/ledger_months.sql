/*
title: {zh: 台账每月发生额, en: The ledger by month}
says: 每个区划每月每种补贴（没有类别的记账单列）：支出减退回（spent，两者都没有的为空），以及使专账余额增加的净额（balance_change：拨入、利息、调剂转入、退回为增，支出、调剂转出、上缴为减）。
*/
SELECT
    division, CAST(date_trunc('month', booked_on) AS DATE) AS month, subsidy_kind,
    sum(CASE direction WHEN 'payment' THEN amount WHEN 'return' THEN -amount END) AS spent,
    sum(CASE WHEN direction IN ('payment', 'transfer_out', 'surrender') THEN -amount ELSE amount END) AS balance_change
FROM ledger
GROUP BY division, CAST(date_trunc('month', booked_on) AS DATE), subsidy_kind
