/*
clause:   skillwatch-signs 机构关联
title:    {zh: 几家机构共有的人和物超出偶然, en: Institutions that share more than chance allows}
means:    几家机构之间共有的学员、设备、收款账号、教师、法定代表人、电话、地址，合起来由偶然造成的比例不超过规定数；只共有登记信息和教师的（分支机构、同一房东、流动教师）不算，名称已表明是分支机构的，登记信息和教师都不算。以扫描日适用的数值为准。
explain:  {zh: "以{group_id}为首的{observed}家机构有{pairs}对相互关联：共有学员{persons}人次、设备{devices}台次、收款账号{accounts}个、教师{trainers}人次，法定代表人相同{representatives}对、电话相同{phones}对、地址相同{addresses}对。涉及申领{claims}笔，共{amount_at_risk}元。", en: "{observed} institutions beginning with {group_id} are tied in {pairs} pairs: {persons} trainees, {devices} devices, {accounts} accounts, {trainers} trainers in common; {representatives} pairs with one representative, {phones} with one phone, {addresses} with one address. {claims} claims, {amount_at_risk} yuan."}
severity: lead
remedy:   查股权、实际控制人和资金往来；同时到各家核对学员、教师和设备，看是否一班人马几块牌子。
innocent: 集团下属、公开的分支机构或合作办学；同一园区共用设备和教师；机构更名、合并后两个代码并存。
subject:  institution
key:      [group_id]
evidence: {institutions: {institution_id: member_id}}
*/
WITH examined AS (
    SELECT
        g.group_id, g.group_id AS institution_id, g.division, g.institution_ids, array_length(g.families) AS families, g.pairs, g.persons, g.devices,
        g.accounts, g.trainers, g.representatives, g.phones, g.addresses, g.q, g.institutions AS observed,
        1 AS allowed, p.number AS most_chance
    FROM institution_groups AS g
    CROSS JOIN scan AS s
    JOIN parameter AS p
        ON p.id = 'group_chance' AND p.city = concat(left(g.division, 4), '00')
        AND s.as_of >= p.valid_from AND s.as_of < p.valid_until
),
-- a row for each institution of the group
hit AS (
    SELECT *, unnest(institution_ids) AS member_id
    FROM examined
    WHERE q <= most_chance
),
through AS (
    SELECT organiser_id AS institution_id, claim_id, amount FROM class_claims
    UNION ALL
    SELECT claimant_id, claim_id, amount FROM live_claims WHERE subsidy_kind <> 'training'
),
concerned AS (
    SELECT h.group_id, t.claim_id, max(t.amount) AS amount
    FROM hit AS h
    JOIN through AS t ON t.institution_id = h.member_id
    GROUP BY h.group_id, t.claim_id
),
totals AS (
    SELECT group_id, list(claim_id ORDER BY claim_id) AS claim_ids, count(*) AS claims, sum(amount) AS amount
    FROM concerned
    GROUP BY group_id
)
SELECT h.*, t.claim_ids, coalesce(t.claims, 0) AS claims, coalesce(t.amount, 0) AS amount_at_risk
FROM hit AS h
LEFT JOIN totals AS t ON t.group_id = h.group_id
