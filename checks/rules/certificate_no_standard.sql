/*
clause:   shanxi-2021-600 九（二）
says:     专项职业能力证书 200 元、职业资格或职业技能等级初级工证书（特种作业操作证、特种设备作业人员证初次取证）400 元、中级工证书 600 元、高级工证书 800 元
title:    {zh: 通知没有规定这种证书的取证补贴, en: No subsidy is set for this kind or level of certificate}
means:    发证日有效的取证补贴标准里，没有这种证书或这个等级的金额（如技师、高级技师、没有等级的职业资格证书）；通知施行以前发的证书不看，试算时另给的金额也不改变这一点。
explain:  {zh: "申领{claim_id}的证书{certificate_no}（{kind}，等级{level}，{issued_on}发证）没有规定取证补贴金额，实申{observed}元。", en: "Claim {claim_id} asks {observed} yuan for certificate {certificate_no} ({kind}, level {level}, issued {issued_on}), for which no amount is set."}
severity: lead
remedy:   查明补贴所依据的文件；没有依据的，退回取证补贴。
innocent: 本市或其他文件另有技师、高级技师的标准，尚未录入参数；证书等级漏填或录入错误。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no, registry: registry}}
*/
WITH standards AS (
    SELECT id, city, valid_from, valid_until, notice
    FROM parameter
    WHERE id LIKE 'certificate_amount.%'
),
examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.certificate_no, c.registered_no, c.registry, c.kind, c.level,
        c.issued_on, c.amount AS observed, '规定了金额的证书' AS allowed,
        s.id IS NOT NULL AS has_standard, c.amount AS amount_at_risk
    FROM certificate_claims AS c
    LEFT JOIN standards AS s
        ON s.id = c.standard_id AND s.city = c.city AND c.issued_on >= s.valid_from AND c.issued_on < s.valid_until
    WHERE EXISTS (
        SELECT 1
        FROM standards AS other
        WHERE other.notice <> 'override' AND other.city = c.city AND c.issued_on >= other.valid_from AND c.issued_on < other.valid_until
    )
)
SELECT *
FROM examined
WHERE NOT has_standard
