/*
clause:   shanxi-2021-600 七
says:     进一步做好补贴培训实名制管理工作
title:    {zh: 身份证号码不合国家标准, en: Identity number is not valid}
means:    实名制要求每笔补贴落到真实的人。有效申领的公民身份号码（修复空格、大小写、全半角和 15 位之后）应为 18 位、校验码正确、含真实且不晚于申领日的出生日期、前两位是省级代码（GB 11643）。县级代码不判断；字母开头的其他证件不检查。
explain:  {zh: "申领{claim_id}的身份证号{id_number}不合标准：{observed}。", en: "Claim {claim_id}: identity number {id_number} is not valid ({observed})."}
severity: violation
remedy:   调取身份证件和实名核验记录，核对号码是否录错、是否确有其人；录错的更正后重新比对，无法证实本人的退回补贴。
innocent: 录入时错一位、颠倒两位；表格软件把末几位变成了零；原件为其他证件而按身份证填写。
subject:  claim
evidence: {claims: [claim_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.id_number, c.amount AS amount_at_risk, '号码合标准' AS allowed,
        CASE
            WHEN NOT p.well_formed THEN '不是 17 位数字加一位校验码'
            WHEN NOT p.check_digit_right THEN '校验码不对'
            WHEN p.birth_date IS NULL THEN '出生日期不存在'
            WHEN p.birth_date > c.claimed_on THEN '出生日期晚于申领日'
            WHEN NOT p.province_known THEN '省级代码不存在'
            ELSE '号码合标准'
        END AS observed
    FROM live_claims AS c
    JOIN persons AS p ON p.id_number = c.id_number
    WHERE NOT p.other_document
)
SELECT *
FROM examined
WHERE observed <> allowed
