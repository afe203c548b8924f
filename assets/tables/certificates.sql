/*
title: {zh: 证书登记, en: Registered certificates}
says: 截至扫描日已发证的证书；一个编号登记给几个人时各留一行，由申领来认；每个主键（certificate_no、registry、id_number、occupation_code）取最后一次交来的一行；同一次交来的几行取文本最大的一行。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.certificate_no, d.registry, d.id_number, d.occupation_code
            ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place
    FROM delivered.certificates AS d
    CROSS JOIN scan AS s
    WHERE d.issued_on <= s.as_of
)
SELECT
    certificate_no, registry, kind, occupation_code, level, id_number, name, assessor_id, assessed_on, issued_on,
    theory_score, practice_score, first_issue, status
FROM ranked
WHERE place = 1
