/*
clause:   shanxi-2021-600 十（一）
says:     评价机构按照要求组织适龄劳动力参加职业技能等级认定，并根据取证情况按照程序（参照培训补贴申领程序）申领取证补贴
title:    {zh: 结业前就已评价, en: Assessed well before the class ended}
means:    申领写明的班级结业以前很多天就已评价，培训与取证对不上；容许提前的天数是监管经验口径。
explain:  {zh: "申领{claim_id}写明班级{class_id}，{end_date}结业；证书{certificate_no}在{assessed_on}评价，早{observed}天，一般不早于{allowed}天；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id} names class {class_id}, which ended on {end_date}; certificate {certificate_no} was assessed on {assessed_on}, {observed} days earlier, where at most {allowed} are usual. Subsidy concerned: {amount_at_risk} yuan."}
severity: lead
remedy:   核对培训进度、评价场次和签到记录，弄清评价时是否已完成培训。
innocent: 课程已上完、结业手续在后；班级结业日期顺延或录入错误；评价与培训本来不相干，班级编号填错。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], certificates: {certificate_no: registered_no, registry: registry}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.class_id, c.certificate_no, c.registered_no, c.registry, c.assessed_on,
        k.end_date, date_diff('day', c.assessed_on, k.end_date) AS observed, CAST(p.number AS INTEGER) AS allowed,
        c.amount AS amount_at_risk
    FROM certificate_claims AS c
    JOIN classes AS k ON k.class_id = c.class_id
    JOIN parameter AS p
        ON p.id = 'assessed_before_end_days' AND p.city = c.city AND c.issued_on >= p.valid_from AND c.issued_on < p.valid_until
)
SELECT *
FROM examined
WHERE observed > allowed
