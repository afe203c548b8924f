/*
title: {zh: 同一人编号不同的两笔取证补贴, en: Two certificate claims of one person under different numbers}
says: 同一身份证号名下、证书键不同的每两笔有效取证补贴申领，连同各自所指证书的登记情况，以及本人登记在册的全部证书编号。claimed 是全部有编号的申领笔数，unregistered 是其中没有登记在本人名下的笔数。一人超过二十笔的（多为占位号码）不配对。
*/
WITH claimed AS (
    SELECT
        claim_id, id_number, certificate_number AS number, certificate_key, coalesce(registered AND holder_id = id_number, false) AS registered,
        kind, occupation_code AS occupation, level, issued_on, amount,
        row_number() OVER (PARTITION BY claim_id ORDER BY certificate_number, amount, occupation_code, id_number) AS place
    FROM certificate_claims
    WHERE certificate_number IS NOT NULL AND id_number IS NOT NULL
),
several AS (
    SELECT id_number
    FROM claimed
    WHERE place = 1
    GROUP BY id_number
    HAVING count(*) BETWEEN 2 AND 20 AND count(DISTINCT number) > 1
),
single AS (
    SELECT c.*
    FROM claimed AS c
    JOIN several AS s ON s.id_number = c.id_number
    WHERE c.place = 1
),
coverage AS (
    SELECT count(*) AS claimed, CAST(sum(CASE WHEN registered THEN 0 ELSE 1 END) AS BIGINT) AS unregistered
    FROM claimed
    WHERE place = 1
),
held AS (
    SELECT r.id_number, list(DISTINCT r.certificate_number ORDER BY r.certificate_number) AS others
    FROM certificate_registry AS r
    JOIN several AS s ON s.id_number = r.id_number
    WHERE r.certificate_number IS NOT NULL
    GROUP BY r.id_number
)
SELECT
    a.claim_id AS claim_a, b.claim_id AS claim_b, a.number AS number_a, b.number AS number_b,
    a.registered AS registered_a, b.registered AS registered_b, a.kind AS kind_a, b.kind AS kind_b,
    a.occupation AS occupation_a, b.occupation AS occupation_b, a.level AS level_a, b.level AS level_b,
    a.issued_on AS issued_on_a, b.issued_on AS issued_on_b, a.amount AS amount_a, b.amount AS amount_b, h.others, v.claimed, v.unregistered
FROM single AS a
JOIN single AS b ON b.id_number = a.id_number AND b.claim_id > a.claim_id AND b.certificate_key <> a.certificate_key
CROSS JOIN coverage AS v
LEFT JOIN held AS h ON h.id_number = a.id_number
