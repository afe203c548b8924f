/*
clause:   shanxi-2021-600 五
says:     培训和评价机构目录
title:    {zh: 培训机构不在目录, en: Training body not in the catalogue}
means:    办班机构在开班日要在培训和评价机构目录里；企业直接组织本企业职工培训的不要求入目录。机构类型查不到的，按不是企业看待。
explain:  {zh: "申领{claim_id}所在班级{class_id}由{organiser_name}（{institution_id}）举办，{start_date}开班：{observed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: the organiser {institution_id} of class {class_id} was not in the catalogue on {start_date}, when the class started. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   核对机构的入目录、退出目录日期；开班日确实不在目录的，按规定不予补贴或退回，并核查开班备案是怎样通过的。
innocent: 目录更新晚交；机构换证、改制后代码变了；统一社会信用代码录入错误；其实是企业，机构类型登记错误。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], institutions: [institution_id]}
counterpart: {institutions: {where: {city: class_city}, named: [institution_id]}}
*/
WITH listed AS (
    SELECT DISTINCT k.class_id
    FROM classes AS k
    JOIN institutions AS i
        ON i.institution_id = k.organiser_id
        AND i.listed_from <= k.start_date AND (i.listed_to IS NULL OR k.start_date <= i.listed_to)
),
examined AS (
    SELECT
        c.claim_id, c.division, c.class_city, c.organiser_id AS institution_id, c.organiser_name, c.class_id, c.start_date,
        l.class_id IS NOT NULL AS listed,
        '开班日在目录' AS allowed,
        CASE
            WHEN listed THEN allowed
            WHEN c.organiser_kind IS NULL THEN '机构目录没有这家机构'
            ELSE '机构目录有这家机构，开班日不在目录'
        END AS observed,
        c.amount AS amount_at_risk
    FROM class_claims AS c
    LEFT JOIN listed AS l ON l.class_id = c.class_id
    WHERE c.class_known AND c.organiser_kind IS DISTINCT FROM 'enterprise'
)
SELECT *
FROM examined
WHERE NOT listed
