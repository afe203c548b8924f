/*
clause:   skillwatch-signs 时间重叠
title:    {zh: 同一人同时在两个线下班, en: One person in two offline classes at once}
means:    同一人在两个线下班各有一次签到，两次的签到至签退时段重叠超过容许的分钟数；以开班较晚的班所适用的数值为准。
explain:  {zh: "{id_number}于{session_date}同时在线下班{class_a}和{class_b}，时段重叠{observed}分钟，容许{allowed}分钟；两班涉及本人补贴{amount_at_risk}元。", en: "On {session_date} {id_number} was in the offline classes {class_a} and {class_b} at once, for {observed} minutes; {allowed} are tolerated. {amount_at_risk} yuan concerned."}
severity: lead
remedy:   调取两班当日签到原件、照片和视频，询问本人；只能在一处的，另一处的课时不予认定。
innocent: 上一班签退晚打；两班在同一地点连上；设备时钟不准；身份证号录错成他人。
subject:  person
key:      [id_number, class_a, class_b]
evidence: {attendance: [{id_number: id_number, class_id: class_a, session_date: session_date}, {id_number: id_number, class_id: class_b, session_date: session_date_b}]}
*/
WITH examined AS (
    SELECT
        o.id_number, o.class_a, o.class_b, o.session_date, o.session_date_b, a.division, a.organiser_id AS institution_id,
        CAST(o.seconds / 60 AS DECIMAL(14, 2)) AS observed, CAST(p.number AS INTEGER) AS allowed
    FROM person_overlaps AS o
    JOIN classes AS a ON a.class_id = o.class_a
    JOIN classes AS b ON b.class_id = o.class_b
    JOIN parameter AS p
        ON p.id = 'overlap_minutes' AND p.city = concat(left(a.division, 4), '00')
        AND greatest(a.start_date, b.start_date) >= p.valid_from AND greatest(a.start_date, b.start_date) < p.valid_until
),
members AS (
    SELECT id_number, class_a, class_b, class_a AS class_id FROM examined
    UNION
    SELECT id_number, class_a, class_b, class_b FROM examined
),
concerned AS (
    SELECT m.id_number, m.class_a, m.class_b, c.claim_id, max(c.amount) AS amount
    FROM members AS m
    JOIN class_claims AS c ON c.class_id = m.class_id AND c.id_number = m.id_number
    GROUP BY m.id_number, m.class_a, m.class_b, c.claim_id
),
totals AS (
    SELECT id_number, class_a, class_b, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY id_number, class_a, class_b
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t ON t.id_number = e.id_number AND t.class_a = e.class_a AND t.class_b = e.class_b
WHERE e.observed > e.allowed
