/*
level:    class
family:   contacts
title:    {zh: 收款账户几家共用, en: "A payee account of several institutions"}
says:     本班申领的收款账户，在全部有效申领里属于几家收款单位
high:     几家机构背后是同一个人
innocent: 总校代收
typologies: [T38, T13, T33]
typical:  all
unit:     家
weighs:   much
grain:    0.5
*/
WITH owners AS (
    SELECT regexp_replace(payee_account, '\s', '', 'g') AS account, count(DISTINCT payee_id) AS payees
    FROM live_claims
    WHERE payee_account IS NOT NULL
    GROUP BY regexp_replace(payee_account, '\s', '', 'g')
)
SELECT c.class_id AS key, avg(o.payees) AS value
FROM class_claims AS c
JOIN owners AS o ON o.account = regexp_replace(c.payee_account, '\s', '', 'g')
GROUP BY c.class_id
