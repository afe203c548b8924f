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
WITH marks AS (
    SELECT institution_id, concat('p', right(phone, 11)) AS mark FROM organisations WHERE regexp_full_match(phone, '[0-9]{7,}')
    UNION ALL
    SELECT institution_id, concat('a', regexp_replace(bank_account, '\s', '', 'g')) FROM organisations WHERE bank_account IS NOT NULL
),
shared AS (
    SELECT a.institution_id, count(DISTINCT b.institution_id) AS others
    FROM marks AS a
    JOIN marks AS b ON b.mark = a.mark AND b.institution_id <> a.institution_id
    GROUP BY a.institution_id
)
SELECT o.institution_id AS key, CAST(coalesce(s.others, 0) AS DOUBLE) AS value
FROM organisations AS o
LEFT JOIN shared AS s ON s.institution_id = o.institution_id
