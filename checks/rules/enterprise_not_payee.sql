/*
clause:   shanxi-2021-600 三
says:     对于企业直接组织职工培训的，应将培训补贴资金按规定直补企业
title:    {zh: 企业自办培训的补贴付给了他人, en: Subsidy of an enterprise's own training paid to another}
means:    培训主体是企业的班级，培训补贴应付给这家企业；收款单位是别人的，不符合直补企业的规定。钱到企业以后如何使用由企业自主安排，不作检查。
explain:  {zh: "班级{class_id}由企业{allowed}（{organiser_name}）组织，申领{claim_id}的培训补贴{amount_at_risk}元的收款单位却是{observed}。", en: "Class {class_id} was organised by enterprise {allowed} ({organiser_name}), but the {amount_at_risk} yuan of claim {claim_id} go to {observed}."}
severity: violation
remedy:   核对收款单位与企业的关系和付款委托；没有依据的，改付企业或退回。
innocent: 企业变更了统一社会信用代码；由集团财务公司统一收款；班级的培训主体登记成了企业，实际由培训机构承办。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], institutions: {institution_id: institution_id}}
*/
WITH examined AS (
    SELECT
        claim_id, division, organiser_id AS institution_id, class_id, organiser_name,
        payee_id AS observed, organiser_id AS allowed, amount AS amount_at_risk
    FROM class_claims
    WHERE organiser_kind = 'enterprise'
)
SELECT *
FROM examined
WHERE observed <> allowed
