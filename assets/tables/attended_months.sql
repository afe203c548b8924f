/*
title: {zh: 每人每班每月的上课天数, en: Days attended by month}
says: 每人每班每月有签到的天数，和当月的天数。
*/
SELECT
    class_id, id_number, CAST(date_trunc('month', session_date) AS DATE) AS month,
    count(DISTINCT session_date) AS days,
    CAST(extract(DAY FROM last_day(CAST(date_trunc('month', session_date) AS DATE))) AS INTEGER) AS days_of_month
FROM sessions
GROUP BY class_id, id_number, CAST(date_trunc('month', session_date) AS DATE)
