/*
clause:   shanxi-2021-600 九（二）
says:     专项职业能力证书 200 元、职业资格或职业技能等级初级工证书（特种作业操作证、特种设备作业人员证初次取证）400 元、中级工证书 600 元、高级工证书 800 元
title:    {zh: 取证补贴金额不符合标准, en: Certificate subsidy differs from the standard}
means:    取证补贴按证书种类和等级的标准发放，以发证日有效的标准为准；多领少领都是不符，风险金额只计多领部分。
explain:  {zh: "申领{claim_id}的证书{certificate_no}（{kind}，等级{level}，{issued_on}发证）应补{allowed}元，实申{observed}元。", en: "Claim {claim_id} for certificate {certificate_no} ({kind}, level {level}, issued {issued_on}) should be {allowed} yuan; {observed} yuan were claimed."}
severity: violation
remedy:   核对证书等级和发证日期；退回超出标准的部分，少领的告知申领单位。
innocent: 等级录入错误；市级更严的标准尚未录入参数。
subject:  claim
evidence: {claims: [claim_id], certificates: {certificate_no: registered_no, registry: registry}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.certificate_no, c.registered_no, c.registry, c.kind, c.level,
        c.issued_on, c.amount AS observed, CAST(p.number AS DECIMAL(14, 2)) AS allowed
    FROM certificate_claims AS c
    JOIN parameter AS p
        ON p.id = c.standard_id AND p.city = c.city AND c.issued_on >= p.valid_from AND c.issued_on < p.valid_until
)
SELECT *, greatest(observed - allowed, 0) AS amount_at_risk
FROM examined
WHERE observed <> allowed
