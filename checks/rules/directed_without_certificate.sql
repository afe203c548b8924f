/*
clause:   shanxi-2021-600 九（一）
says:     要取得相应职业工种高级工职业技能等级证书
title:    {zh: 定向培训学员没有取得高级工证书, en: Directed training without the certificate it must end in}
means:    定向培训结束，学员要有本项目职业的高级工（三级）或更高等级的有效职业技能等级证书或职业资格证书，发证不早于开班日；两个登记平台的证书都算。
explain:  {zh: "{class_id}班是{start_date}开班的定向培训，应取得职业{occupation_code}的{allowed}证书；申领{claim_id}的学员开班后{observed}。涉及补贴{amount_at_risk}元。", en: "Class {class_id} is directed training that began on {start_date} and must end in a certificate of level {level_due} or higher in {occupation_code}; since then the register shows no such valid certificate for the person of claim {claim_id}. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   到人社、教育两个证书平台核对学员证书的职业、等级、状态和发证日期；确未取得的，退回该人的培训补贴。
innocent: 已评价但尚未发证、尚未登记；证书登记在另一个职业编码下；证书数据晚交（两个平台没有都交数据时，注明对照数据不全）。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], projects: {through: class_projects, by: [class_id], project_code: project_code, valid_from: valid_from}, certificates: [id_number, occupation_code]}
counterpart: {certificates: {table: both_registries, named: [id_number]}}
*/
WITH directed AS (
    SELECT claim_id, division, organiser_id, class_id, class_city, id_number, start_date, occupation_code, amount
    FROM class_claims
    WHERE training_kind = 'directed'
),
best AS (
    SELECT c.class_id, c.id_number, min(CAST(x.level AS INTEGER)) AS best_level
    FROM directed AS c
    JOIN certificates AS x
        ON x.id_number = c.id_number AND x.occupation_code = c.occupation_code AND x.issued_on >= c.start_date
    WHERE x.status = 'valid' AND x.kind IN ('skill_level', 'qualification')
    GROUP BY c.class_id, c.id_number
),
examined AS (
    SELECT
        c.claim_id, c.division, c.organiser_id AS institution_id, c.class_id, c.id_number, c.start_date, c.occupation_code,
        b.best_level, CAST(p.number AS INTEGER) AS level_due, c.amount AS amount_at_risk,
        CASE
            WHEN b.best_level IS NULL THEN '没有取得本职业的等级证书' ELSE concat('取得的最高为', b.best_level, '级')
        END AS observed,
        concat(CAST(p.number AS INTEGER), '级以上') AS allowed
    FROM directed AS c
    JOIN parameter AS p
        ON p.id = 'directed_level' AND p.city = c.class_city AND c.start_date >= p.valid_from AND c.start_date < p.valid_until
    LEFT JOIN best AS b ON b.class_id = c.class_id AND b.id_number = c.id_number
)
SELECT *
FROM examined
WHERE best_level IS NULL OR best_level > level_due
