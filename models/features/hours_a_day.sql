/*
level:    class
family:   presence
title:    {zh: 每天课时排得太满, en: "Planned hours per day attended"}
says:     计划课时除以实际上课天数
high:     一两天上完，按几周申领
innocent: 全天集中授课
typologies: [T07]
typical:  peers
unit:     课时/天
weighs:   much
grain:    0.5
*/
SELECT k.class_id AS key, CAST(k.planned_hours AS DOUBLE) / count(DISTINCT s.session_date) AS value
FROM class_profiles AS k
JOIN sessions AS s ON s.class_id = k.class_id
WHERE k.planned_hours > 0
GROUP BY k.class_id, k.planned_hours
