/*
clause:   shanxi-2021-600 七
says:     建立定期对帐制度，做到帐实相符、帐表相符
title:    {zh: 台账与资金使用月报不符, en: Ledger and monthly report differ}
means:    账表相符：区划有月报的月份，每种补贴当月台账支出减退回应等于月报的支出金额，哪一方没有记录就是零。没有月报的月份不比对。
explain:  {zh: "{division}{month}的{subsidy_kind}：台账净支出{allowed}元，月报{observed}元，相差{amount_at_risk}元。", en: "{division} in {month}, {subsidy_kind}: the ledger spent {allowed} yuan net, the report says {observed}; the difference is {amount_at_risk}."}
severity: violation
remedy:   请编报单位提供月报底稿，与当月凭证逐笔核对，查明漏报、重报、类别串填或跨月，更正月报或补记凭证。
innocent: 月底付款次月入账；退回款在月报里记在原月份；补贴类别填串。
subject:  division
key:      [division, month, subsidy_kind]
evidence: {reports: [division, month, subsidy_kind], ledger: {division: division, booked_on.month: month, subsidy_kind: subsidy_kind}}
counterpart: {ledger: {where: {division: division}, named: [division]}, ledger_months: {where: {division: division, month: month}}, reports: {where: {division: division, month: month}, named: [division]}}
*/
WITH spent AS (
    SELECT division, month, subsidy_kind, amount AS reported, 0 AS booked
    FROM reports
    UNION ALL
    SELECT l.division, l.month, l.subsidy_kind, 0, l.spent
    FROM ledger_months AS l
    JOIN balances AS b ON b.division = l.division AND b.month = l.month
    WHERE l.subsidy_kind IS NOT NULL
),
examined AS (
    SELECT
        division, CAST(NULL AS VARCHAR) AS institution_id, month, subsidy_kind, CAST([] AS VARCHAR[]) AS claim_ids,
        sum(reported) AS observed, sum(booked) AS allowed
    FROM spent
    GROUP BY division, month, subsidy_kind
)
SELECT *, abs(observed - allowed) AS amount_at_risk
FROM examined
WHERE observed <> allowed
