/*
title: {zh: 机构档案, en: One row per institution}
says: 机构目录可按入目录日期有几行；机构类型、法人、电话和账号取入目录日期最晚的一行。
*/
WITH ranked AS (
    SELECT
        institution_id, name, kind, division, legal_representative, phone, bank_account, address,
        row_number() OVER (
            PARTITION BY institution_id ORDER BY coalesce(listed_from, DATE '0001-01-01') DESC, coalesce(listed_to, DATE '9999-12-31') DESC
        ) AS place
    FROM institutions
)
SELECT institution_id, name, kind, division, legal_representative, phone, bank_account, address
FROM ranked
WHERE place = 1
