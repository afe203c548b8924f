/*
clause:   shanxi-2021-600 七
says:     进一步做好补贴培训实名制管理工作
title:    {zh: 参训或取证时本人在服刑, en: Person was in prison at the time}
means:    服刑人员通常不能参训、取证或以工代训，但有的项目依规培训服刑人员，所以只作线索。培训、生活费、交通费补贴看开班到结业的任何一天，取证补贴看评价日，以工代训要整月每一天都在服刑。
explain:  {zh: "申领{claim_id}（{first_day}至{last_day}）：本人自{from_date}起在服刑名单，补贴{amount_at_risk}元。", en: "Claim {claim_id} ({first_day} to {last_day}): the person is listed as imprisoned from {from_date}; {amount_at_risk} yuan."}
severity: lead
remedy:   核对该班是否为监所内依规开办的项目、服刑起止日期是否准确（含社区矫正、暂予监外执行）；都不是的，查明由谁参训、由谁签名。
innocent: 监所内依规开办的培训；社区矫正、暂予监外执行期间参训；名单未及时去掉已释放的人。
subject:  claim
evidence: {claims: [claim_id], status_registers: [id_number], classes: [class_id], certificates: {through: certificate_claims, by: [claim_id], certificate_no: registered_no, registry: registry, id_number: holder_id}}
*/
WITH examined AS (
    SELECT
        claim_id, division, institution_id, id_number, class_id, first_day, last_day, from_date, amount AS amount_at_risk,
        CASE status_group WHEN 'imprisoned' THEN '在服刑名单' ELSE '不在服刑名单' END AS observed, '不在服刑名单' AS allowed
    FROM claim_statuses
)
SELECT *
FROM examined
WHERE observed <> allowed
