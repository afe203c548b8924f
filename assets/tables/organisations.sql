/*
title: {zh: 机构档案, en: One row per institution}
says: 机构目录可按入目录日期有几行；机构类型、法人、电话和账号取入目录日期最晚的一行，那一行没写账号的，账号取写了的最晚一行。
*/
WITH ranked AS (
    SELECT
        institution_id, name, kind, division, legal_representative, phone, address,
        row_number() OVER (
            PARTITION BY institution_id ORDER BY coalesce(listed_from, DATE '0001-01-01') DESC, coalesce(listed_to, DATE '9999-12-31') DESC
        ) AS place
    FROM institutions
),
accounts AS (
    SELECT
        institution_id, bank_account,
        row_number() OVER (
            PARTITION BY institution_id ORDER BY coalesce(listed_from, DATE '0001-01-01') DESC, coalesce(listed_to, DATE '9999-12-31') DESC
        ) AS place
    FROM institutions
    WHERE bank_account IS NOT NULL
)
SELECT r.institution_id, r.name, r.kind, r.division, r.legal_representative, r.phone, a.bank_account, r.address
FROM ranked AS r
LEFT JOIN accounts AS a ON a.institution_id = r.institution_id AND a.place = 1
WHERE r.place = 1
