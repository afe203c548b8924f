/*
clause:   skillwatch-signs 电话共用
title:    {zh: 一个电话登记在多人名下, en: One phone on the enrolments of many persons}
means:    同一电话（只比数字，不足 7 位的不算）登记在名册上的人数达到规定数；以其中开班最晚的班所适用的数值为准。
explain:  {zh: "电话{phone}登记在{observed}名学员名下（{classes}个班），达到{allowed}人；涉及补贴{amount_at_risk}元。", en: "Phone {phone} stands on the enrolments of {observed} persons in {classes} classes ({allowed} suffice). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   按号码回访，向学员本人另取联系方式核实是否参训、是否收到补贴。
innocent: 同村、同家庭或劳务带队人统一留一个电话；学员没有手机，由机构经办人代填。
subject:  phone
key:      [phone]
evidence: {enrolments: [phone]}
*/
WITH shared AS (
    SELECT
        phone, min(division) AS division, min(organiser_id) AS institution_id, max(start_date) AS latest_start,
        count(DISTINCT id_number) AS persons, count(DISTINCT class_id) AS classes
    FROM enrolment_phones
    GROUP BY phone
),
examined AS (
    SELECT s.phone, s.division, s.institution_id, s.classes, s.persons AS observed, CAST(p.number AS INTEGER) AS allowed
    FROM shared AS s
    JOIN parameter AS p
        ON p.id = 'phone_persons' AND p.city = concat(left(s.division, 4), '00')
        AND s.latest_start >= p.valid_from AND s.latest_start < p.valid_until
),
concerned AS (
    SELECT e.phone, c.claim_id, max(c.amount) AS amount
    FROM enrolment_phones AS e
    JOIN class_claims AS c ON c.class_id = e.class_id AND c.id_number = e.id_number
    GROUP BY e.phone, c.claim_id
),
totals AS (
    SELECT phone, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY phone
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t ON t.phone = e.phone
WHERE e.observed >= e.allowed
