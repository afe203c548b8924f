/*
title: {zh: 资金拨付进度, en: Progress of payment}
clause: shanxi-2021-600 七
says: 每个区划每个申领月、每类补贴的有效申领：多少已审核待拨付、多少已拨付，以及已拨付金额占比；未审核的不算拖延。
columns: {division: 区划, month: 申领月, subsidy_kind: 补贴类别, claims: 申领笔数, amount: 申领金额（元）, approved_claims: 已审核待拨付笔数, approved_amount: 已审核待拨付金额（元）, paid_claims: 已拨付笔数, paid_amount: 已拨付金额（元）, paid_share: 拨付占比}
*/
SELECT
    division, CAST(date_trunc('month', claimed_on) AS DATE) AS month, subsidy_kind,
    count(*) AS claims, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
    CAST(sum(CASE WHEN status = 'approved' THEN 1 ELSE 0 END) AS BIGINT) AS approved_claims,
    CAST(sum(CASE WHEN status = 'approved' THEN amount ELSE 0 END) AS DECIMAL(18, 2)) AS approved_amount,
    CAST(sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) AS BIGINT) AS paid_claims,
    CAST(sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS DECIMAL(18, 2)) AS paid_amount,
    CASE WHEN sum(amount) > 0 THEN
        round(CAST(sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS DOUBLE) / CAST(sum(amount) AS DOUBLE), 4)
    END AS paid_share
FROM live_claims
GROUP BY division, CAST(date_trunc('month', claimed_on) AS DATE), subsidy_kind
