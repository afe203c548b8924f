/*
title: {zh: 班级历时, en: How long each class lasts}
says: 从开班日到结业次日满几个月（months）、零几天（days）；months_begun 把零头也算一个月。月是日历月，遇月末取月末日，如 11 月 30 日起满三个月是 2 月 28 日。
*/
WITH spans AS (
    SELECT
        class_id, start_date, CAST(end_date + INTERVAL 1 DAY AS DATE) AS day_after,
        CAST(extract(DAY FROM start_date) AS INTEGER) AS start_day
    FROM classes
),
calendar AS (
    SELECT
        class_id, start_day, CAST(extract(DAY FROM day_after) AS INTEGER) AS day_of_month,
        CAST(extract(DAY FROM last_day(day_after)) AS INTEGER) AS month_length,
        CAST(extract(DAY FROM last_day(day_after - INTERVAL 1 MONTH)) AS INTEGER) AS length_before,
        12 * CAST(extract(YEAR FROM day_after) - extract(YEAR FROM start_date) AS INTEGER)
        + CAST(extract(MONTH FROM day_after) - extract(MONTH FROM start_date) AS INTEGER) AS months_apart
    FROM spans
),
counted AS (
    SELECT
        class_id,
        CASE WHEN day_of_month >= least(start_day, month_length) THEN months_apart ELSE months_apart - 1 END AS months,
        CASE
            WHEN day_of_month >= least(start_day, month_length) THEN day_of_month - least(start_day, month_length)
            ELSE day_of_month + length_before - least(start_day, length_before)
        END AS days
    FROM calendar
)
SELECT class_id, months, days, CASE WHEN days > 0 THEN months + 1 ELSE months END AS months_begun
FROM counted
