/*
clause:   shanxi-2021-600 七
says:     建立定期对帐制度，做到帐实相符、帐表相符
title:    {zh: 专账余额对不上, en: The balance does not add up}
means:    月报的期初余额应等于上月月报的期末余额（上月有月报的）；期初加台账当月拨入、利息、调剂转入、退回，减支出、调剂转出、上缴，应等于期末。两处都不符时取差额大的。
explain:  {zh: "{division}{month}月报：期初{opening_balance}元（上月期末{previous_closing}元），台账当月净增{balance_change}元，期末{closing_balance}元，对不上的最大差额{observed}元。", en: "{division}, report of {month}: opening {opening_balance} (closing before: {previous_closing}), net change in the ledger {balance_change}, closing {closing_balance}; the largest difference is {observed} yuan."}
severity: violation
remedy:   调取两个月的月报、总账和银行对账单，从最早断开的月份起逐笔核对，查明漏记、错记或账外收支，并予更正。
innocent: 更正上月月报而没有重报本月；利息、上缴跨月入账；台账文件没有交全。
subject:  division
key:      [division, month]
evidence: {reports: [{division: division, month: month}, {division: division, month: month.month_before}], ledger: {division: division, booked_on.month: month}}
counterpart: {ledger: {when: rests_on_ledger, where: {division: division}, named: [division]}, ledger_months: {when: rests_on_ledger, where: {division: division, month: month}}}
*/
WITH examined AS (
    SELECT
        division, CAST(NULL AS VARCHAR) AS institution_id, month, CAST([] AS VARCHAR[]) AS claim_ids,
        opening_balance, previous_closing, balance_change, closing_balance,
        greatest(
            abs(opening_balance - previous_closing),
            abs(opening_balance + balance_change - closing_balance)
        ) AS observed,
        0 AS allowed,
        -- two reports that contradict each other need no ledger
        coalesce(opening_balance = previous_closing, true) AS rests_on_ledger
    FROM balances
)
SELECT *, observed AS amount_at_risk
FROM examined
WHERE observed <> allowed
