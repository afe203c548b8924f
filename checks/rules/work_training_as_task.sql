/*
clause:   shanxi-2021-600 二
says:     企业以工代训不算培训任务
title:    {zh: 以工代训计入培训任务, en: Work-for-training counted as a training task}
means:    月报里以工代训一行的培训任务完成人次应当为0；补贴人次和支出金额照常填报。
explain:  {zh: "区划{division}在{month}的月报里，以工代训的培训任务完成人次填了{observed}（补贴人次{persons}），应为{allowed}。", en: "The report of division {division} for {month} counts {observed} persons of work-for-training (of {persons} subsidised) as fulfilled training tasks; {allowed} is right."}
severity: violation
remedy:   核对月报口径，从培训任务完成人次里扣除以工代训后重新上报。
innocent: 把补贴人次误填到任务人次一栏；报表模板自动合计。
subject:  division
key:      [division, month]
evidence: {reports: [division, month, subsidy_kind]}
*/
WITH examined AS (
    SELECT
        division, month, subsidy_kind, CAST(NULL AS VARCHAR) AS institution_id, persons,
        task_persons AS observed, 0 AS allowed, CAST([] AS VARCHAR[]) AS claim_ids, 0 AS amount_at_risk
    FROM reports
    WHERE subsidy_kind = 'work_training'
)
SELECT *
FROM examined
WHERE observed > allowed
