/*
level:    institution
family:   work
title:    {zh: 只在申领月份发工资, en: "Wages only in claimed months"}
says:     以工代训人员里，全部工资月份都是申领月份的占比；只看交过其他月份工资的单位或至少 10 人的单位
high:     劳动关系只为申领而存在
innocent: 新招的人刚好只干了这几个月
typologies: [T29]
typical:  all
unit:     占比
weighs:   much
grain:    0.08
*/
WITH claimed AS (
    SELECT DISTINCT claimant_id, id_number, month FROM live_claims WHERE subsidy_kind = 'work_training' AND month IS NOT NULL
),
each AS (
    SELECT
        p.employer_id, p.id_number, count(DISTINCT p.month) AS months, count(DISTINCT c.month) AS claimed_months
    FROM payroll AS p
    JOIN (SELECT DISTINCT claimant_id, id_number FROM claimed) AS w ON w.claimant_id = p.employer_id AND w.id_number = p.id_number
    LEFT JOIN claimed AS c ON c.claimant_id = p.employer_id AND c.id_number = p.id_number AND c.month = p.month
    GROUP BY p.employer_id, p.id_number
)
SELECT employer_id AS key, avg(CASE WHEN months = claimed_months THEN 1 ELSE 0 END) AS value
FROM each
GROUP BY employer_id
HAVING count(*) >= 5
