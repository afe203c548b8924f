/*
clause:   shanxi-2021-600 七
says:     进一步做好补贴培训实名制管理工作
title:    {zh: 参训或取证时本人不在补贴范围, en: Person was not eligible at the time}
means:    按实名比对，本人届时已死亡、财政供养在编或领取养老金的，不享受补贴；在校学生（毕业年度毕业生除外）不享受培训补贴，整个培训期间都在境外的不可能参加线下班（各地规定，如粤人社规〔2023〕13号）。培训、生活费、交通费补贴看开班到结业的任何一天，取证补贴看评价日，以工代训要整月每一天都在名单上。
explain:  {zh: "申领{claim_id}（{first_day}至{last_day}）：本人自{from_date}起在比对名单（{status_kind}），补贴{amount_at_risk}元。", en: "Claim {claim_id} ({first_day} to {last_day}): the person stands in the registers ({status_kind}) from {from_date}; {amount_at_risk} yuan."}
severity: violation
remedy:   与名单来源部门核对本人当时的状态，核对是否同号、同名误录；属实的退回补贴，并查明由谁参训、由谁签名。
innocent: 名单更新滞后或起止日期不准；身份证号录入错误而与他人相同；编制、养老待遇在培训期间刚刚变动。
subject:  claim
evidence: {claims: [claim_id], status_registers: [id_number], classes: [class_id], enrolments: [class_id, id_number], certificates: {through: certificate_claims, by: [claim_id], certificate_no: registered_no, registry: registry, id_number: holder_id}}
counterpart: {enrolments: {when: rests_on_roster, where: {class_id: class_id}, named: [id_number], unread: {class_id: id_number}}}
*/
WITH examined AS (
    SELECT
        claim_id, division, institution_id, id_number, class_id, first_day, last_day, status_kind, from_date, amount AS amount_at_risk,
        CASE status_group
            WHEN 'never_eligible' THEN '已死亡、财政供养或领取养老金'
            WHEN 'fulltime_student' THEN '在校学生'
            WHEN 'abroad' THEN '全程在境外'
            ELSE '没有不享受补贴的情形'
        END AS observed,
        '没有不享受补贴的情形' AS allowed,
        -- the roster that has not come may say that the student is a graduate of this year
        status_group = 'fulltime_student' AND NOT enrolled AS rests_on_roster
    FROM claim_statuses
)
SELECT *
FROM examined
WHERE observed <> allowed
