/*
title: {zh: 机构之间共有的东西, en: What institutions have in common}
says: 办班机构、以工代训申领单位和评价机构，每两家之间共有的每一样东西一行：法定代表人、电话、账号、地址（登记信息）；教师；在不同地点都用过的签到设备（同一地点的固定设备不算）。bearers 是共有这样东西的机构数，超过十二家共有的（代办点、园区地址、重名）不计。
*/
WITH active AS (
    SELECT DISTINCT organiser_id AS institution_id FROM class_claims WHERE organiser_id IS NOT NULL
    UNION
    SELECT claimant_id FROM live_claims WHERE subsidy_kind = 'work_training' AND claimant_id IS NOT NULL
    UNION
    SELECT assessor_id FROM certificate_claims WHERE assessor_id IS NOT NULL
),
registered AS (
    SELECT DISTINCT o.institution_id, o.legal_representative, o.phone, o.bank_account, o.address
    FROM organisations AS o
    JOIN active AS a ON a.institution_id = o.institution_id
),
claimed_classes_only AS (
    SELECT DISTINCT k.class_id, k.organiser_id, k.trainer_id, k.site
    FROM classes AS k
    JOIN (SELECT DISTINCT class_id FROM class_claims) AS c ON c.class_id = k.class_id
    WHERE k.organiser_id IS NOT NULL
),
devices AS (
    SELECT DISTINCT c.organiser_id, s.device_id, coalesce(c.site, c.class_id) AS site
    FROM sessions AS s
    JOIN claimed_classes_only AS c ON c.class_id = s.class_id
    WHERE s.device_id IS NOT NULL
),
moved AS (
    SELECT device_id
    FROM devices
    GROUP BY device_id
    HAVING count(DISTINCT organiser_id) > 1 AND count(DISTINCT site) > 1
),
ties AS (
    SELECT institution_id, 'representative' AS kind, legal_representative AS value FROM registered WHERE legal_representative IS NOT NULL
    UNION
    SELECT institution_id, 'phone', phone FROM registered WHERE regexp_full_match(phone, '[0-9]{7,}')
    UNION
    SELECT institution_id, 'account', bank_account FROM registered WHERE bank_account IS NOT NULL
    UNION
    SELECT institution_id, 'address', address FROM registered WHERE address IS NOT NULL
    UNION
    SELECT organiser_id, 'trainer', trainer_id FROM claimed_classes_only WHERE trainer_id IS NOT NULL
    UNION
    SELECT d.organiser_id, 'device', d.device_id FROM devices AS d JOIN moved AS m ON m.device_id = d.device_id
),
borne AS (
    SELECT kind, value, count(*) AS bearers
    FROM ties
    GROUP BY kind, value
    HAVING count(*) BETWEEN 2 AND 12
)
SELECT a.institution_id AS institution_a, b.institution_id AS institution_b, a.kind, a.value, n.bearers
FROM ties AS a
JOIN ties AS b ON b.kind = a.kind AND b.value = a.value AND b.institution_id > a.institution_id
JOIN borne AS n ON n.kind = a.kind AND n.value = a.value
