/*
title: {zh: 共用电话或个人账号的两人, en: Two persons with a phone or personal account in common}
says: 名册上的电话（至少 7 位）、工资账号，以及收款单位登记有账号、而收款账号不是任何机构登记账号的，由二至八人共用的，其中每两个有有效申领的人；更多人共用的电话多为联系人的，不配对。有共同账号的记作 account，否则 phone。
*/
WITH names AS (
    SELECT DISTINCT id_number, name FROM live_claims WHERE id_number IS NOT NULL AND name IS NOT NULL
),
contacts AS (
    SELECT id_number, 'phone' AS contact, phone AS value FROM enrolments WHERE regexp_full_match(phone, '[0-9]{7,}')
    UNION
    SELECT id_number, 'account', bank_account FROM payroll WHERE bank_account IS NOT NULL
    UNION
    SELECT c.id_number, 'account', c.payee_account
    FROM live_claims AS c
    JOIN organisations AS o ON o.institution_id = c.payee_id AND o.bank_account IS NOT NULL
    LEFT JOIN (SELECT DISTINCT bank_account FROM institutions) AS i ON i.bank_account = c.payee_account
    WHERE i.bank_account IS NULL AND c.payee_account IS NOT NULL
),
shared AS (
    SELECT contact, value
    FROM contacts
    WHERE id_number IS NOT NULL
    GROUP BY contact, value
    HAVING count(DISTINCT id_number) BETWEEN 2 AND 8
),
sharers AS (
    SELECT c.id_number, c.contact, c.value
    FROM contacts AS c
    JOIN shared AS s ON s.contact = c.contact AND s.value = c.value
    JOIN (SELECT DISTINCT id_number FROM names) AS n ON n.id_number = c.id_number
)
SELECT
    a.id_number AS id_number_a, b.id_number AS id_number_b, x.name AS name_a, y.name AS name_b, min(a.contact) AS contact
FROM sharers AS a
JOIN sharers AS b ON b.contact = a.contact AND b.value = a.value AND b.id_number > a.id_number
JOIN names AS x ON x.id_number = a.id_number
JOIN names AS y ON y.id_number = b.id_number
GROUP BY a.id_number, b.id_number, x.name, y.name
