/*
title: {zh: 身份证号码, en: Identity numbers}
says: 申领、名册和证书里出现的每个号码：是否合 GB 11643（18 位、校验码、真实出生日期、省级代码），出生日期和性别。字母开头的其他证件不判断。
*/
WITH numbers AS (
    SELECT id_number FROM claims
    UNION
    SELECT id_number FROM enrolments
    UNION
    SELECT id_number FROM certificates
),
shaped AS (
    SELECT
        id_number,
        regexp_matches(id_number, '^[A-Za-z]') AS other_document,
        regexp_full_match(id_number, '[0-9]{17}[0-9X]') AS well_formed,
        CASE
            WHEN substr(id_number, 7, 4) <> '0000'
            THEN try_cast(concat(substr(id_number, 7, 4), '-', substr(id_number, 11, 2), '-', substr(id_number, 13, 2)) AS DATE)
        END AS birth_date,
        left(id_number, 2) IN (
            '11', '12', '13', '14', '15', '21', '22', '23', '31', '32', '33', '34', '35', '36', '37',
            '41', '42', '43', '44', '45', '46', '50', '51', '52', '53', '54', '61', '62', '63', '64', '65', '71', '81', '82', '83'
        ) AS province_known
    FROM numbers
    WHERE id_number IS NOT NULL
),
summed AS (
    SELECT
        *,
        CASE WHEN well_formed THEN
            7 * CAST(substr(id_number, 1, 1) AS INTEGER) + 9 * CAST(substr(id_number, 2, 1) AS INTEGER)
            + 10 * CAST(substr(id_number, 3, 1) AS INTEGER) + 5 * CAST(substr(id_number, 4, 1) AS INTEGER)
            + 8 * CAST(substr(id_number, 5, 1) AS INTEGER) + 4 * CAST(substr(id_number, 6, 1) AS INTEGER)
            + 2 * CAST(substr(id_number, 7, 1) AS INTEGER) + 1 * CAST(substr(id_number, 8, 1) AS INTEGER)
            + 6 * CAST(substr(id_number, 9, 1) AS INTEGER) + 3 * CAST(substr(id_number, 10, 1) AS INTEGER)
            + 7 * CAST(substr(id_number, 11, 1) AS INTEGER) + 9 * CAST(substr(id_number, 12, 1) AS INTEGER)
            + 10 * CAST(substr(id_number, 13, 1) AS INTEGER) + 5 * CAST(substr(id_number, 14, 1) AS INTEGER)
            + 8 * CAST(substr(id_number, 15, 1) AS INTEGER) + 4 * CAST(substr(id_number, 16, 1) AS INTEGER)
            + 2 * CAST(substr(id_number, 17, 1) AS INTEGER)
        END AS weighted_sum
    FROM shaped
)
SELECT
    id_number, other_document, well_formed, birth_date, province_known,
    CASE WHEN well_formed THEN substr('10X98765432', CAST(weighted_sum % 11 AS INTEGER) + 1, 1) = right(id_number, 1) END AS check_digit_right,
    CASE WHEN well_formed THEN CASE WHEN CAST(substr(id_number, 17, 1) AS INTEGER) % 2 = 1 THEN 'male' ELSE 'female' END END AS sex
FROM summed
