/*
clause:   skillwatch-signs 代刷网课
title:    {zh: 一个网络地址和设备承载多人网课, en: One address and device carries many persons' online sessions}
means:    一天之内，同一网络地址、同一设备为一个班的多人上网课，人数达到规定数。
explain:  {zh: "网络地址{ip}的设备{device_id}一天之内为班级{class_id}的{observed}人上网课，达到{allowed}人；涉及补贴{amount_at_risk}元。", en: "Within a day device {device_id} at address {ip} carried the online sessions of {observed} persons of class {class_id} ({allowed} suffice). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   调取平台登录日志、人脸抽验和学习轨迹，抽查学员是否本人学习；代学的不计课时。
innocent: 学员在企业或学校同一机房集中上网课，平台取的是共用出口地址和同一机型编号。
subject:  ip
key:      [ip, device_id, class_id]
evidence: {attendance: [ip, device_id, class_id]}
*/
WITH days AS (
    SELECT
        d.ip, d.device_id, d.class_id, d.session_date, d.persons, k.division, k.organiser_id, CAST(p.number AS INTEGER) AS persons_allowed
    FROM online_devices AS d
    JOIN classes AS k ON k.class_id = d.class_id
    JOIN parameter AS p
        ON p.id = 'proxy_persons' AND p.city = concat(left(k.division, 4), '00')
        AND k.start_date >= p.valid_from AND k.start_date < p.valid_until
),
examined AS (
    SELECT ip, device_id, class_id, division, organiser_id AS institution_id, max(persons) AS observed, persons_allowed AS allowed
    FROM days
    GROUP BY ip, device_id, class_id, division, organiser_id, persons_allowed
),
concerned AS (
    SELECT d.ip, d.device_id, d.class_id, c.claim_id, max(c.amount) AS amount
    FROM days AS d
    JOIN sessions AS s
        ON s.ip = d.ip AND s.device_id = d.device_id AND s.class_id = d.class_id AND s.session_date = d.session_date AND s.method = 'online'
    JOIN class_claims AS c ON c.class_id = s.class_id AND c.id_number = s.id_number
    WHERE d.persons >= d.persons_allowed
    GROUP BY d.ip, d.device_id, d.class_id, c.claim_id
),
totals AS (
    SELECT ip, device_id, class_id, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY ip, device_id, class_id
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t ON t.ip = e.ip AND t.device_id = e.device_id AND t.class_id = e.class_id
WHERE e.observed >= e.allowed
