/*
clause:   skillwatch-signs 名册重现
title:    {zh: 一个班的名册在另一班重现, en: One class's roster stands again in another class}
means:    两班名册里共同的学员人数达到规定数，占较小一班的比例达到规定数，并且在全部有重合的班里，偶然出现的比例不超过规定数。同一用人单位送训的人、同一主体不同职业或等级的续办、学徒制的班不算。以开班较晚的班所适用的数值为准。
explain:  {zh: "班级{class_a}（{organiser_a}）与{class_b}（{organiser_b}）相隔{days_apart}天开班，名册里有{observed}名共同学员，占较小一班的{percent}%；随机组班约{expected}名（{allowed}名起提示）。涉及补贴{amount_at_risk}元。", en: "Classes {class_a} ({organiser_a}) and {class_b} ({organiser_b}), {days_apart} days apart, have {observed} trainees in common, {percent} % of the smaller; chance gives about {expected} ({allowed} suffice). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   抽取共同学员回访两次培训；比对两班考勤、照片和试卷，核查两家主体的关系。
innocent: 同村或同一合作社的人结伴参加两期不同的培训；主体更名或合并后续办；名册误传到另一班。
subject:  class
key:      [class_a, class_b]
evidence: {classes: {class_id: member_class}, enrolments: {class_id: member_class}, claims: [claim_id]}
*/
WITH examined AS (
    SELECT
        r.class_a, r.class_b, r.division, r.organiser_a AS institution_id, r.organiser_a, r.organiser_b, r.days_apart,
        CAST(r.share * 100 AS INTEGER) AS percent, CAST(r.expected AS DECIMAL(14, 2)) AS expected, r.share, r.q,
        r.shared AS observed, CAST(p.number AS INTEGER) AS allowed, s.number AS least_share, f.number AS most_chance
    FROM roster_pairs AS r
    JOIN parameter AS p ON p.id = 'roster_persons' AND p.city = r.city AND r.started >= p.valid_from AND r.started < p.valid_until
    JOIN parameter AS s ON s.id = 'roster_share' AND s.city = r.city AND r.started >= s.valid_from AND r.started < s.valid_until
    JOIN parameter AS f ON f.id = 'roster_chance' AND f.city = r.city AND r.started >= f.valid_from AND r.started < f.valid_until
),
-- a row for each of the two classes
hit AS (
    SELECT *, unnest([class_a, class_b]) AS member_class
    FROM examined
    WHERE observed >= allowed AND share >= least_share AND q <= most_chance
),
-- The common trainees are found before their claims are looked for: somebody who stands in a thousand classes (a placeholder) has a thousand
-- claims, and all of the one beside all of the other would be a million rows.
common AS (
    SELECT h.class_a, h.class_b, a.id_number
    FROM hit AS h
    JOIN enrolments AS a ON a.class_id = h.class_a
    JOIN enrolments AS b ON b.class_id = h.class_b AND b.id_number = a.id_number
    GROUP BY h.class_a, h.class_b, a.id_number
),
concerned AS (
    SELECT h.class_a, h.class_b, c.claim_id, max(c.amount) AS amount
    FROM hit AS h
    JOIN common AS m ON m.class_a = h.class_a AND m.class_b = h.class_b
    JOIN class_claims AS c ON c.class_id = h.member_class AND c.id_number = m.id_number
    GROUP BY h.class_a, h.class_b, c.claim_id
),
totals AS (
    SELECT class_a, class_b, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY class_a, class_b
)
SELECT h.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM hit AS h
LEFT JOIN totals AS t ON t.class_a = h.class_a AND t.class_b = h.class_b
