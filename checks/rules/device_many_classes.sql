/*
clause:   skillwatch-signs 设备串班
title:    {zh: 同一考勤设备在相距很远的两地签到, en: One device at two distant sites within the hour}
means:    同一设备同一天为两个线下班签到，两班培训地的大圆距离超过容许的公里数，而有两次签到相隔不超过规定的分钟数；以开班较晚的班所适用的数值为准。
explain:  {zh: "设备{device_id}于{session_date}在相距{km}公里的两地签到，最近相隔{observed}分钟（{allowed}分钟以内不合常理）；涉及补贴{amount_at_risk}元。", en: "On {session_date} device {device_id} recorded sessions at sites {km} km apart within {observed} minutes (up to {allowed} are implausible). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   核对设备台账、序列号和后台日志，查看两地当日视频；确为异地代签的，核减课时。
innocent: 两台设备用了同一编号；班级坐标填错；设备随教师转场而时钟不准。
subject:  device
key:      [device_id, session_date]
evidence: {attendance: [device_id, session_date], classes: [{through: device_pairs, by: [device_id, session_date], class_id: class_a}, {through: device_pairs, by: [device_id, session_date], class_id: class_b}]}
*/
WITH pairs AS (
    SELECT
        d.device_id, d.session_date, d.class_a, d.class_b, d.km, d.seconds, a.division, a.organiser_id,
        CAST(gap.number AS INTEGER) AS minutes_allowed, d.seconds <= 60 * gap.number AS at_once
    FROM device_pairs AS d
    JOIN classes AS a ON a.class_id = d.class_a
    JOIN classes AS b ON b.class_id = d.class_b
    JOIN parameter AS far
        ON far.id = 'site_km' AND far.city = concat(left(a.division, 4), '00')
        AND greatest(a.start_date, b.start_date) >= far.valid_from AND greatest(a.start_date, b.start_date) < far.valid_until
    JOIN parameter AS gap
        ON gap.id = 'device_minutes' AND gap.city = concat(left(a.division, 4), '00')
        AND greatest(a.start_date, b.start_date) >= gap.valid_from AND greatest(a.start_date, b.start_date) < gap.valid_until
    WHERE d.km > far.number
),
examined AS (
    SELECT
        device_id, session_date, min(division) AS division, min(organiser_id) AS institution_id,
        CAST(max(km) AS DECIMAL(14, 2)) AS km, CAST(min(seconds) / 60 AS DECIMAL(14, 2)) AS observed, max(minutes_allowed) AS allowed,
        count(*) FILTER (WHERE at_once) AS pairs_at_once
    FROM pairs
    GROUP BY device_id, session_date
),
members AS (
    SELECT device_id, session_date, class_a AS class_id FROM pairs WHERE at_once
    UNION
    SELECT device_id, session_date, class_b FROM pairs WHERE at_once
),
concerned AS (
    SELECT m.device_id, m.session_date, c.claim_id, max(c.amount) AS amount
    FROM members AS m
    JOIN sessions AS s ON s.device_id = m.device_id AND s.session_date = m.session_date AND s.class_id = m.class_id
    JOIN class_claims AS c ON c.class_id = s.class_id AND c.id_number = s.id_number
    GROUP BY m.device_id, m.session_date, c.claim_id
),
totals AS (
    SELECT device_id, session_date, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY device_id, session_date
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t ON t.device_id = e.device_id AND t.session_date = e.session_date
WHERE e.pairs_at_once > 0
