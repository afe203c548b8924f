/*
clause:   shanxi-2021-600 四
says:     培训期间符合规定的生活费、交通费补贴
title:    {zh: 没有参训而申领生活费、交通费补贴, en: Allowance without training}
means:    生活费、交通费补贴只给培训期间的人；本人在该班没有一次签到的，没有参训，不应申领。
explain:  {zh: "申领{claim_id}为班级{class_id}申领{subsidy_kind}{amount_at_risk}元，本人在该班的签到有{observed}次。", en: "Claim {claim_id} asks {amount_at_risk} yuan of {subsidy_kind} allowance for class {class_id}; the person has {observed} sessions there."}
severity: violation
remedy:   调取该班考勤和签到原始记录，核对本人是否参训；确未参训的，退回补贴，并核对其培训补贴。
innocent: 考勤晚交或漏交；签到登记在同期另一个班；班级编号、身份证号录入错误。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], enrolments: [class_id, id_number]}
counterpart: {attendance: {table: sessions, where: {class_id: class_id}, named: [id_number], unread: {class_id: id_number}}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.class_id, c.id_number, c.subsidy_kind,
        coalesce(a.sessions, 0) AS observed, 1 AS allowed, c.amount AS amount_at_risk
    FROM live_claims AS c
    LEFT JOIN attended AS a ON a.class_id = c.class_id AND a.id_number = c.id_number
    WHERE c.subsidy_kind IN ('living', 'transport')
)
SELECT *
FROM examined
WHERE observed < allowed
