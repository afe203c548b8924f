/*
level:    class
family:   presence
title:    {zh: 领补贴的人少来或没来, en: "Claimed for, hardly there"}
says:     申领补贴的人里，上课天数不到全班一半的占比
high:     名册里有只领钱不上课的人
innocent: 考勤设备故障；请假后补课
typologies: [T01, T47]
typical:  peers
unit:     占比
weighs:   much
grain:    0.04
*/
WITH most AS (
    SELECT class_id, count(DISTINCT session_date) AS days FROM sessions GROUP BY class_id
),
each AS (
    SELECT c.class_id, c.id_number, max(coalesce(a.days, 0)) AS days, max(m.days) AS class_days
    FROM class_claims AS c
    JOIN most AS m ON m.class_id = c.class_id
    LEFT JOIN attended AS a ON a.class_id = c.class_id AND a.id_number = c.id_number
    GROUP BY c.class_id, c.id_number
)
SELECT class_id AS key, avg(CASE WHEN 2 * days < class_days THEN 1 ELSE 0 END) AS value
FROM each
GROUP BY class_id
