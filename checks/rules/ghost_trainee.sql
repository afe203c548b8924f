/*
clause:   skillwatch-signs 无考勤
title:    {zh: 名册有人、全期没有考勤, en: Enrolled and claimed for without a single session}
means:    领取培训补贴的人在名册里，而该班全期没有本人的任何一次签到（线上、线下、纸质都算）。
explain:  {zh: "申领{claim_id}：{name}在班级{class_id}的名册里，全期签到{observed}次；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: {name} is on the roster of class {class_id} with {observed} sessions in all; {amount_at_risk} yuan concerned."}
severity: violation
remedy:   调取该班纸质签到、视频和结业材料，询问本人；确未参训的，不予补贴或退回。
innocent: 考勤文件缺送或缺人；签到记在另一个班级编号或录错的身份证号下。
subject:  claim
evidence: {claims: [claim_id], enrolments: [class_id, id_number]}
counterpart: {attendance: {table: sessions, where: {class_id: class_id}, named: [id_number], unread: {class_id: id_number}}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, coalesce(c.organiser_id, c.claimant_id) AS institution_id, c.class_id, c.id_number, c.name,
        c.amount AS amount_at_risk, coalesce(a.sessions, 0) AS observed, 1 AS allowed
    FROM class_claims AS c
    LEFT JOIN attended AS a ON a.class_id = c.class_id AND a.id_number = c.id_number
    WHERE c.enrolled
)
SELECT *
FROM examined
WHERE observed < allowed
