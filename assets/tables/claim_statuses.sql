/*
title: {zh: 申领与名单的比对, en: Claims against the status registers}
says: |
  每笔有效申领以何时为准：培训、生活费、交通费补贴看开班到结业的任何一天，取证补贴看评价日，以工代训看补贴所属月的每一天；以及本人届时所在的名单（不在任何名单的为空）；enrolled 是本人在该班名册里。
  在校学生只对培训类补贴有意义，作为毕业年度毕业生参训的除外；出境只对线下班有意义，而且要整个培训期间都在境外。班级、证书或月份不明的申领不在内。
*/
WITH moments AS (
    SELECT
        c.claim_id, c.division, k.organiser_id AS institution_id, c.id_number, c.class_id, c.amount,
        k.start_date AS first_day, k.end_date AS last_day, false AS every_day,
        coalesce(e.category <> 'graduate', true) AS students_excluded, k.mode = 'offline' AS presence_needed,
        e.id_number IS NOT NULL AS enrolled
    FROM live_claims AS c
    JOIN classes AS k ON k.class_id = c.class_id
    LEFT JOIN enrolments AS e ON e.class_id = c.class_id AND e.id_number = c.id_number
    WHERE c.subsidy_kind IN ('training', 'living', 'transport')
    UNION ALL
    SELECT claim_id, division, claimant_id, id_number, class_id, amount, assessed_on, assessed_on, false, false, false, false
    FROM certificate_claims
    WHERE registered
    UNION ALL
    SELECT
        claim_id, division, claimant_id, id_number, class_id, amount,
        month, CAST(month + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE), true, false, false, false
    FROM live_claims
    WHERE subsidy_kind = 'work_training' AND month IS NOT NULL
),
found AS (
    SELECT m.*, s.status_group, s.status_kind, s.from_date
    FROM moments AS m
    JOIN status_periods AS s ON s.id_number = m.id_number
    WHERE (
            s.status_group IN ('never_eligible', 'imprisoned')
            OR s.status_group = 'fulltime_student' AND m.students_excluded
            OR s.status_group = 'abroad' AND m.presence_needed
        )
        AND s.from_date <= CASE WHEN m.every_day OR s.status_group = 'abroad' THEN m.first_day ELSE m.last_day END
        AND s.to_date >= CASE WHEN m.every_day OR s.status_group = 'abroad' THEN m.last_day ELSE m.first_day END
),
covered AS (
    SELECT DISTINCT id_number, first_day, last_day, every_day, students_excluded, presence_needed
    FROM found
)
SELECT
    claim_id, division, institution_id, id_number, class_id, amount, first_day, last_day, status_group, status_kind, from_date, enrolled
FROM found
UNION ALL
-- a LEFT JOIN on all of that would compare every claim with every status
SELECT
    m.claim_id, m.division, m.institution_id, m.id_number, m.class_id, m.amount, m.first_day, m.last_day, NULL, NULL, NULL, m.enrolled
FROM moments AS m
LEFT JOIN covered AS c
    ON c.id_number = m.id_number AND c.first_day = m.first_day AND c.last_day = m.last_day AND c.every_day = m.every_day
    AND c.students_excluded = m.students_excluded AND c.presence_needed = m.presence_needed
WHERE c.id_number IS NULL
