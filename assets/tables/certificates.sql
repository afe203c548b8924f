/*
title: {zh: 证书登记, en: Registered certificates}
says: 截至扫描日已发证的证书；一个编号登记给几个人时各留一行，由申领来认；每张证书（规范编号、registry、id_number；特种作业、特种设备另分 occupation_code）取最后一次交来的一行，同一次交来的几行取文本最大的一行：更正了职业或编号写法的，不再看原来的一行。没写发证日期的也在。规范编号（certificate_number）只留字母和数字并大写；shared_number：编号由持证人的几个职业共用的种类。
*/
WITH numbered AS (
    SELECT
        d.*,
        nullif(upper(regexp_replace(d.certificate_no, '[^\p{L}\p{N}]', '', 'g')), '') AS certificate_number,
        coalesce(d.kind IN ('special_operation', 'special_equipment'), false) AS shared_number
    FROM delivered.certificates AS d
    CROSS JOIN scan AS s
    WHERE d.issued_on IS NULL OR d.issued_on <= s.as_of
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY coalesce(certificate_number, certificate_no), registry, id_number, CASE WHEN shared_number THEN occupation_code END
            ORDER BY delivery_order DESC, row_text DESC
        ) AS place
    FROM numbered
)
SELECT
    certificate_no, registry, kind, occupation_code, level, id_number, name, assessor_id, assessed_on, issued_on,
    theory_score, practice_score, first_issue, status, certificate_number, shared_number
FROM ranked
WHERE place = 1
