/*
clause:   shanxi-2021-600 七
says:     建立定期对帐制度，做到帐实相符、帐表相符
title:    {zh: 下达资金与台账拨入不符, en: Allocation and ledger differ}
means:    一年下达给区划的资金，应等于当年台账记为拨入的资金。年度还没有结束的，少于下达数属正常，只有超过下达数才比对。
explain:  {zh: "{division}{year}年下达{allowed}元，台账拨入{observed}元，相差{amount_at_risk}元。", en: "{division} was allocated {allowed} yuan for {year}; the ledger booked {observed}, the difference is {amount_at_risk}."}
severity: violation
remedy:   核对下达文件、到账回单和台账，查明漏记、错记、截留或把其他资金记为拨入，并予更正。
innocent: 下达文件年末调整而没有更新；年底下达、次年到账；其他收入误记为拨入。
subject:  division
key:      [division, year]
evidence: {allocations: [division, year], ledger: {division: division, direction: direction, booked_on.year: year}}
counterpart: {ledger: {where: {division: division}, named: [division]}}
*/
WITH examined AS (
    SELECT
        division, CAST(NULL AS VARCHAR) AS institution_id, year, 'allocation' AS direction, CAST([] AS VARCHAR[]) AS claim_ids,
        booked AS observed, allocated AS allowed
    FROM allocation_years
    WHERE ended OR booked > allocated
)
SELECT *, abs(observed - allowed) AS amount_at_risk
FROM examined
WHERE observed <> allowed
