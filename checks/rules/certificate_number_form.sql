/*
clause:   certificate-numbers 职业技能等级证书
title:    {zh: 证书编号与登记的年份或等级不符, en: Certificate number disagrees with the registered year or level}
means:    22位的职业技能等级证书编号，第14、15位是发证年份的后两位，第16位是等级；与登记平台的发证日期或等级不符的，只作线索。只看有取证补贴申领的证书；登记没有等级的，不比等级。
explain:  {zh: "证书{certificate_number}的编号表示{observed}，登记的是{allowed}；有取证补贴申领{claim_ids}，共{amount_at_risk}元。", en: "The number of certificate {certificate_number} says year {year_in_number}, level {level_in_number}; it is registered as issued on {issued_on}, level {level}. Claims on it: {claim_ids}, {amount_at_risk} yuan."}
severity: lead
remedy:   到证书平台核对编号、等级和发证日期，查看证书原件；编号确实不符的，向评价机构查明该证书怎样编号、是否真实发放。
innocent: 年底评价、次年发证，编号仍用评价年份；补发证书沿用原编号；编号录入错误；另有编号办法。
subject:  certificate
key:      [certificate_number]
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no}}
*/
WITH compared AS (
    SELECT *, coalesce(level_in_number <> level, false) OR coalesce(year_in_number <> year_issued, false) AS differs
    FROM certificate_numbers
),
claimed AS (
    -- 一个编号登记给几个人时，只合计登记不符的那几个人的申领。
    SELECT certificate_number, differs, claim_id, min(division) AS division, max(amount) AS amount
    FROM compared
    GROUP BY certificate_number, differs, claim_id
),
totals AS (
    SELECT
        certificate_number, differs, min(division) AS division, list(claim_id ORDER BY claim_id) AS claim_ids,
        sum(amount) AS amount_at_risk
    FROM claimed
    GROUP BY certificate_number, differs
),
told AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY certificate_number ORDER BY CASE WHEN differs THEN 0 ELSE 1 END, registry, registered_no, assessor_id, level, issued_on
        ) AS place
    FROM compared
),
examined AS (
    SELECT
        r.certificate_number, r.registered_no, r.registry, r.assessor_id AS institution_id, r.level, r.issued_on,
        r.level_in_number, r.year_in_number, r.year_issued, t.division, r.differs,
        concat('年份', r.year_in_number, '、等级', r.level_in_number) AS observed,
        concat('年份', r.year_issued, '、等级', coalesce(r.level, '（空）')) AS allowed, t.claim_ids, t.amount_at_risk
    FROM told AS r
    JOIN totals AS t ON t.certificate_number = r.certificate_number AND t.differs = r.differs
    WHERE r.place = 1
)
SELECT *
FROM examined
WHERE differs
