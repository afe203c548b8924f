/*
clause:   skillwatch-signs 时间重叠
title:    {zh: 同一教师同时在两地上课, en: One trainer at two sites at once}
means:    同一教师的两个线下班培训地点不同，同一天从最早签到到最晚签退的时段重叠超过容许的分钟数；以开班较晚的班所适用的数值为准。
explain:  {zh: "教师{trainer_id}于{session_date}同时在{class_a}（{site_a}）和{class_b}（{site_b}）上课，时段重叠{observed}分钟，容许{allowed}分钟。", en: "On {session_date} trainer {trainer_id} taught {class_a} ({site_a}) and {class_b} ({site_b}) at once, for {observed} minutes; {allowed} are tolerated."}
severity: lead
remedy:   核对两班当日授课日志、教师签到和视频；不能同时授课的，核减相应课时。
innocent: 一班有助教或代课教师而备案只记一人；两处实为同一地点的不同写法；学员早到晚走使时段交叉。
subject:  trainer
key:      [trainer_id, class_a, class_b, session_date]
evidence: {attendance: [{class_id: class_a, session_date: session_date}, {class_id: class_b, session_date: session_date}], classes: [{class_id: class_a}, {class_id: class_b}]}
*/
WITH examined AS (
    SELECT
        o.trainer_id, o.class_a, o.class_b, o.session_date, a.division, a.organiser_id AS institution_id, o.site_a, o.site_b,
        CAST(o.seconds / 60 AS DECIMAL(14, 2)) AS observed, CAST(p.number AS INTEGER) AS allowed
    FROM trainer_overlaps AS o
    JOIN classes AS a ON a.class_id = o.class_a
    JOIN classes AS b ON b.class_id = o.class_b
    JOIN parameter AS p
        ON p.id = 'overlap_minutes' AND p.city = concat(left(a.division, 4), '00')
        AND greatest(a.start_date, b.start_date) >= p.valid_from AND greatest(a.start_date, b.start_date) < p.valid_until
    WHERE o.site_a <> o.site_b
),
members AS (
    SELECT class_a, class_b, class_a AS class_id FROM examined
    UNION
    SELECT class_a, class_b, class_b FROM examined
),
concerned AS (
    SELECT m.class_a, m.class_b, c.claim_id, max(c.amount) AS amount
    FROM members AS m
    JOIN class_claims AS c ON c.class_id = m.class_id
    GROUP BY m.class_a, m.class_b, c.claim_id
),
totals AS (
    SELECT class_a, class_b, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY class_a, class_b
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t ON t.class_a = e.class_a AND t.class_b = e.class_b
WHERE e.observed > e.allowed
