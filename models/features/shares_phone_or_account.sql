/*
level:    institution
family:   contacts
title:    {zh: 与别家共用电话或账户, en: "Phone or account shared with other institutions"}
says:     目录里联系电话或收款账户与本机构相同的其他机构数
high:     几家机构背后是一家
innocent: 总校与分校、代账公司留的电话
typologies: [T13, T31, T38]
typical:  all
unit:     家
weighs:   much
grain:    0.5
*/
-- A telephone that stands for none is on thousands of institutions: they are counted, not put beside each other. Who shares both counts once.
WITH marks AS (
    SELECT
        institution_id,
        CASE WHEN regexp_full_match(phone, '[0-9]{7,}') THEN right(phone, 11) END AS phone,
        regexp_replace(bank_account, '\s', '', 'g') AS account
    FROM organisations
),
counted AS (
    SELECT
        institution_id, phone, account,
        count(*) OVER (PARTITION BY phone) AS with_phone, count(*) OVER (PARTITION BY account) AS with_account,
        count(*) OVER (PARTITION BY phone, account) AS with_both
    FROM marks
)
SELECT
    institution_id AS key,
    CAST(
        CASE WHEN phone IS NULL THEN 0 ELSE with_phone - 1 END + CASE WHEN account IS NULL THEN 0 ELSE with_account - 1 END
        - CASE WHEN phone IS NULL OR account IS NULL THEN 0 ELSE with_both - 1 END AS DOUBLE
    ) AS value
FROM counted
