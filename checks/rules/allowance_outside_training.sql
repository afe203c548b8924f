/*
clause:   shanxi-2021-600 四
says:     培训期间符合规定的生活费、交通费补贴
title:    {zh: 培训期间以外的生活费、交通费补贴, en: Allowance for a month without training}
means:    生活费、交通费补贴只给培训期间；补贴所属月整月在开班日以前或结业日以后的，不在培训期间。月份与培训期间有一天重合的，不提示。
explain:  {zh: "申领{claim_id}申领{month}的{subsidy_kind}{amount_at_risk}元，班级{class_id}的培训期间是{allowed}。", en: "Claim {claim_id} asks {amount_at_risk} yuan of {subsidy_kind} allowance for {month}; class {class_id} ran from {start_date} to {end_date}."}
severity: violation
remedy:   核对开班、结业日期和补贴所属月；确在培训期间以外的，退回补贴。
innocent: 补贴所属月误填成申领月；开班日期或结业日期变更后没有更新。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id]}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.claimant_id AS institution_id, c.class_id, c.subsidy_kind, c.month, k.start_date, k.end_date,
        CAST(c.month + INTERVAL 1 MONTH AS DATE) AS next_month,
        c.month AS observed, concat(CAST(k.start_date AS VARCHAR), ' 至 ', CAST(k.end_date AS VARCHAR)) AS allowed,
        c.amount AS amount_at_risk
    FROM live_claims AS c
    JOIN classes AS k ON k.class_id = c.class_id
    WHERE c.subsidy_kind IN ('living', 'transport') AND c.month IS NOT NULL
)
SELECT *
FROM examined
WHERE next_month <= start_date OR month > end_date
