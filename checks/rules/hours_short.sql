/*
clause:   skillwatch-signs 课时不足
title:    {zh: 实到课时不到计划的一半, en: Less than half of the planned hours attended}
means:    至少一半的签到有签退、能算出时长的人，各次时段的并集折合课时（45 分钟一课时）低于计划课时的规定占比；新型学徒制按规定可以部分预拨，扫描日还没有结业的不看。
explain:  {zh: "申领{claim_id}：{name}在班级{class_id}签到{sessions}次，合{observed}课时；计划{planned_hours}课时，至少应到{allowed}课时。", en: "Claim {claim_id}: {name} attended class {class_id} {sessions} times, {observed} lessons; {planned_hours} are planned and at least {allowed} expected."}
severity: lead
remedy:   核对签到签退原始记录、授课日志和线上学习时长；课时确不足的，按规定扣减或不予补贴。
innocent: 有的课次漏签或设备故障，实际在训；部分课时在线上或企业内完成而没有记入考勤。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], attendance: [class_id, id_number]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.id_number, c.name, c.planned_hours,
        a.sessions, a.timed_sessions, a.seconds, p.number * a.planned_seconds AS seconds_due,
        a.hours AS observed, CAST(p.number * c.planned_hours AS DECIMAL(14, 2)) AS allowed, c.amount AS amount_at_risk
    FROM class_claims AS c
    JOIN attended AS a ON a.class_id = c.class_id AND a.id_number = c.id_number
    CROSS JOIN scan AS s
    JOIN parameter AS p
        ON p.id = 'hours_share' AND p.city = c.class_city AND c.start_date >= p.valid_from AND c.start_date < p.valid_until
    WHERE c.training_kind IS DISTINCT FROM 'apprenticeship' OR c.end_date <= s.as_of
)
SELECT *
FROM examined
WHERE 2 * timed_sessions >= sessions AND seconds < seconds_due
