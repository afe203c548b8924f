/*
clause:   skillwatch-signs 仅申领期发薪
title:    {zh: 职工只在申领以工代训的月份有工资, en: Wages only in the months claimed for}
means:    单位的有效以工代训申领达到规定条数，所申领的人中规定占比以上在该单位有工资、工资全在为其申领的月份、且在该单位从无参保；以最近一次申领的日期所适用的数值为准。
explain:  {zh: "单位{employer_id}有{claims}条以工代训申领，涉及{persons}人，其中{observed}人只在申领月份有工资且从无参保，达到{allowed}人；涉及补贴{amount_at_risk}元。", en: "Employer {employer_id} has {claims} work-for-training claims for {persons} persons; {observed} of them have wages only in claimed months and no insurance ({allowed} suffice). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   核对劳动合同、考勤和银行代发流水，实地核实人员是否在岗；没有真实用工的，不予补贴。
innocent: 新办企业当期才招用职工；季节性用工；职工参加居民保险，或工资表只报送了申领月份。
subject:  employer
key:      [employer_id]
evidence: {claims: [claim_id], payroll: {through: live_claims, by: [claim_id], employer_id: claimant_id, id_number: id_number}, insurance: {through: live_claims, by: [claim_id], employer_id: claimant_id, id_number: id_number}}
counterpart: {insurance: {where: {employer_id: employer_id}, named: [employer_id]}, payroll: {where: {employer_id: employer_id}, named: [employer_id]}}
*/
WITH claimed AS (
    SELECT claimant_id AS employer_id, claim_id, max(amount) AS amount, min(division) AS division, max(claimed_on) AS claimed_on
    FROM live_claims
    WHERE subsidy_kind = 'work_training'
    GROUP BY claimant_id, claim_id
),
totals AS (
    SELECT
        employer_id, list(claim_id ORDER BY claim_id) AS claim_ids, count(*) AS claims, sum(amount) AS amount,
        min(division) AS division, max(claimed_on) AS claimed_on
    FROM claimed
    GROUP BY employer_id
),
only_when_claimed AS (
    SELECT
        employer_id, count(*) AS persons,
        count(*) FILTER (WHERE wages > 0 AND wages_unclaimed = 0 AND contributions = 0) AS only_claimed
    FROM work_training_persons
    GROUP BY employer_id
),
examined AS (
    SELECT
        t.employer_id, t.division, t.employer_id AS institution_id, t.claim_ids, t.claims, o.persons,
        o.only_claimed AS observed, CAST(ceil(share.number * o.persons) AS INTEGER) AS allowed, t.amount AS amount_at_risk
    FROM totals AS t
    JOIN only_when_claimed AS o ON o.employer_id = t.employer_id
    JOIN parameter AS least_claims
        ON least_claims.id = 'only_claimed_claims' AND least_claims.city = concat(left(t.division, 4), '00')
        AND t.claimed_on >= least_claims.valid_from AND t.claimed_on < least_claims.valid_until
    JOIN parameter AS share
        ON share.id = 'only_claimed_share' AND share.city = concat(left(t.division, 4), '00')
        AND t.claimed_on >= share.valid_from AND t.claimed_on < share.valid_until
    WHERE t.claims >= least_claims.number
)
SELECT *
FROM examined
WHERE observed >= allowed
