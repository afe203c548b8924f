/*
clause:   skillwatch-signs 夜间办班
title:    {zh: 线下班多在深夜签到, en: An offline class mostly at night}
means:    线下班全部签到中，至少一半的签到时刻落在夜间（含起始时刻，不含结束时刻）。
explain:  {zh: "线下班{class_id}共签到{sessions}次，其中{observed}次在夜间，达到一半（{allowed}次）；涉及补贴{amount_at_risk}元。", en: "Of the {sessions} sessions of offline class {class_id}, {observed} begin at night, which is at least half ({allowed}). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   核对课表、场地夜间开放记录、门禁和视频，询问学员。
innocent: 倒班职工确在夜班后集中上课；考勤设备时钟错了十二小时，或事后批量补录。
subject:  class
evidence: {classes: [class_id], attendance: [class_id]}
*/
WITH counted AS (
    SELECT
        k.class_id, k.division, k.organiser_id, count(*) AS sessions,
        count(*) FILTER (
            WHERE (dusk.number > dawn.number AND (s.check_in_second >= dusk.number OR s.check_in_second < dawn.number))
                OR (s.check_in_second >= dusk.number AND s.check_in_second < dawn.number)
        ) AS night_sessions
    FROM sessions AS s
    JOIN classes AS k ON k.class_id = s.class_id
    JOIN parameter AS dusk
        ON dusk.id = 'night_from' AND dusk.city = concat(left(k.division, 4), '00')
        AND k.start_date >= dusk.valid_from AND k.start_date < dusk.valid_until
    JOIN parameter AS dawn
        ON dawn.id = 'night_until' AND dawn.city = concat(left(k.division, 4), '00')
        AND k.start_date >= dawn.valid_from AND k.start_date < dawn.valid_until
    WHERE k.mode = 'offline'
    GROUP BY k.class_id, k.division, k.organiser_id
),
examined AS (
    SELECT
        n.class_id, n.division, n.organiser_id AS institution_id, n.sessions, n.night_sessions AS observed,
        CAST(ceil(n.sessions / 2) AS INTEGER) AS allowed, c.claim_ids, coalesce(c.amount, 0) AS amount_at_risk
    FROM counted AS n
    LEFT JOIN claimed_classes AS c ON c.class_id = n.class_id
)
SELECT *
FROM examined
WHERE observed >= allowed
