/*
title: {zh: 取证补贴申领, en: Certificate claims}
says: 有效的取证补贴申领连同它所指的登记证书；几行登记同键时先认申领人本人的，再按登记平台、身份证号取第一行；没有编号的申领不指向任何证书；没有登记的编号就是键，特种作业的编号（T 加身份证号）在几个职业申领过的，连同职业。standard_id 是规定其金额的参数：等级证书和职业资格证书分等级，其余种类不分；registered_no 是登记平台上的写法。
*/
WITH numbered AS (
    SELECT *, nullif(upper(regexp_replace(certificate_no, '[^\p{L}\p{N}]', '', 'g')), '') AS certificate_number
    FROM live_claims
    WHERE subsidy_kind = 'certificate'
),
several_occupations AS (
    SELECT certificate_number
    FROM numbered
    WHERE regexp_full_match(certificate_number, 'T([0-9]{15}|[0-9]{17}[0-9X])')
    GROUP BY certificate_number
    HAVING min(occupation_code) <> max(occupation_code)
),
-- A placeholder (0000, 无) stands on thousands of claims and certificates alike: no claim is compared with all of them, only with its person's
-- and with the first that any claim could take.
firsts_ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY certificate_number, shared_number, CASE WHEN shared_number THEN occupation_code END
            ORDER BY registry, id_number, occupation_code, issued_on, certificate_no
        ) AS place
    FROM certificate_registry
),
asked AS (
    SELECT DISTINCT claim_id, certificate_number, id_number, occupation_code FROM numbered
),
candidates AS (
    SELECT
        n.claim_id, n.certificate_number, n.id_number, n.occupation_code, r.certificate_key, r.certificate_no AS registered_no,
        r.registry, r.kind, r.occupation_code AS registered_occupation_code, r.level, r.id_number AS holder_id, r.assessor_id,
        r.assessed_on, r.issued_on, r.first_issue, r.status AS certificate_status, 0 AS turn
    FROM asked AS n
    JOIN certificate_registry AS r ON r.certificate_number = n.certificate_number AND r.id_number = n.id_number
        AND (NOT r.shared_number OR n.occupation_code IS NULL OR n.occupation_code = r.occupation_code)
    UNION ALL
    SELECT
        n.claim_id, n.certificate_number, n.id_number, n.occupation_code, r.certificate_key, r.certificate_no,
        r.registry, r.kind, r.occupation_code, r.level, r.id_number, r.assessor_id,
        r.assessed_on, r.issued_on, r.first_issue, r.status, 1
    FROM asked AS n
    JOIN firsts_ranked AS r ON r.certificate_number = n.certificate_number AND r.place = 1
        AND (NOT r.shared_number OR n.occupation_code IS NULL OR n.occupation_code = r.occupation_code)
),
references_ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY claim_id, certificate_number, id_number, occupation_code
            ORDER BY turn, registry, holder_id, registered_occupation_code, issued_on, registered_no
        ) AS place
    FROM candidates
)
SELECT
    n.claim_id, n.division, n.city, n.claimant_id, n.payee_id, n.id_number, n.name, n.class_id, n.certificate_no,
    n.certificate_number, n.amount, n.claimed_on, n.claim_year, n.agreement_no,
    f.certificate_key IS NOT NULL AS registered,
    coalesce(
        f.certificate_key,
        CASE WHEN o.certificate_number IS NOT NULL THEN concat_ws('|', n.certificate_number, n.occupation_code) END,
        n.certificate_number
    ) AS certificate_key,
    f.registry, f.kind, coalesce(f.registered_occupation_code, n.occupation_code) AS occupation_code, f.level, f.holder_id,
    f.assessor_id, f.assessed_on, f.issued_on, f.first_issue, f.certificate_status,
    concat_ws('.', 'certificate_amount', f.kind, CASE WHEN f.kind IN ('skill_level', 'qualification') THEN f.level END) AS standard_id,
    f.registered_no
FROM numbered AS n
LEFT JOIN several_occupations AS o ON o.certificate_number = n.certificate_number
LEFT JOIN references_ranked AS f
    ON f.place = 1 AND f.claim_id = n.claim_id AND f.certificate_number = n.certificate_number
    AND f.id_number IS NOT DISTINCT FROM n.id_number AND f.occupation_code IS NOT DISTINCT FROM n.occupation_code
