/*
title: {zh: 专账资金使用, en: Use of the special account}
clause: shanxi-2021-600 七
says: 每个区划每年台账上的拨入、利息、调剂转入转出、支出、退回和上缴，以及支出占拨入的比例。
columns: {division: 区划, year: 年度, allocated: 拨入（元）, interest: 利息（元）, transferred_in: 调剂转入（元）, transferred_out: 调剂转出（元）, paid: 支出（元）, returned: 退回（元）, surrendered: 上缴（元）, used_share: 净支出占拨入比例}
*/
WITH sums AS (
    SELECT
        division, CAST(extract(YEAR FROM booked_on) AS INTEGER) AS year,
        sum(CASE WHEN direction = 'allocation' THEN amount ELSE 0 END) AS allocated,
        sum(CASE WHEN direction = 'interest' THEN amount ELSE 0 END) AS interest,
        sum(CASE WHEN direction = 'transfer_in' THEN amount ELSE 0 END) AS transferred_in,
        sum(CASE WHEN direction = 'transfer_out' THEN amount ELSE 0 END) AS transferred_out,
        sum(CASE WHEN direction = 'payment' THEN amount ELSE 0 END) AS paid,
        sum(CASE WHEN direction = 'return' THEN amount ELSE 0 END) AS returned,
        sum(CASE WHEN direction = 'surrender' THEN amount ELSE 0 END) AS surrendered
    FROM ledger
    GROUP BY division, extract(YEAR FROM booked_on)
)
SELECT
    division, year, CAST(allocated AS DECIMAL(18, 2)) AS allocated, CAST(interest AS DECIMAL(18, 2)) AS interest,
    CAST(transferred_in AS DECIMAL(18, 2)) AS transferred_in, CAST(transferred_out AS DECIMAL(18, 2)) AS transferred_out,
    CAST(paid AS DECIMAL(18, 2)) AS paid, CAST(returned AS DECIMAL(18, 2)) AS returned,
    CAST(surrendered AS DECIMAL(18, 2)) AS surrendered,
    CASE WHEN allocated > 0 THEN round(CAST(paid - returned AS DOUBLE) / CAST(allocated AS DOUBLE), 4) END AS used_share
FROM sums
