/*
clause:   shanxi-2021-600 四
says:     毕业年度毕业生
title:    {zh: 不在毕业年度的毕业生, en: Graduate outside the graduation year}
means:    名册记为毕业年度毕业生的，毕业日期要在开班日所在的自然年（1月1日至12月31日）内；毕业日期空缺的，资格无从核实，一并提示。毕业年度内仍在校的，不作检查。
explain:  {zh: "申领{claim_id}的学员在班级{class_id}按毕业年度毕业生参训，毕业日期为{graduation_date}，开班日{start_date}所在的毕业年度是{allowed}年；涉及{amount_at_risk}元。", en: "The trainee of claim {claim_id} is enrolled in class {class_id} as a graduate; graduation date {graduation_date}, class started {start_date} in {allowed}; {amount_at_risk} yuan are concerned."}
severity: violation
remedy:   向院校核对学籍和毕业日期；不在毕业年度、又不属其他补贴对象的，退回补贴。
innocent: 毕业日期漏填、误填成入学日期；提前或延期毕业而名册未更新；本人属于其他补贴对象，人员类别选错。
subject:  claim
evidence: {claims: [claim_id], enrolments: [class_id, id_number], classes: [class_id]}
*/
WITH examined AS (
    SELECT
        claim_id, division, coalesce(organiser_id, claimant_id) AS institution_id, class_id, id_number, graduation_date, start_date,
        CAST(extract(YEAR FROM graduation_date) AS INTEGER) AS observed, class_year AS allowed, amount AS amount_at_risk
    FROM class_claims
    WHERE category = 'graduate'
)
SELECT *
FROM examined
WHERE observed IS NULL OR observed <> allowed
