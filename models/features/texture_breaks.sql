/*
level:    class
family:   breaks
title:    {zh: 开头几天与后来不像一个班, en: "The first days differ from the rest"}
says:     开头四分之一时段与其余时段，签到偏离中位时刻的平均秒数（加 5 秒）之比的自然对数，取绝对值
high:     开头几天真上课，后来的考勤是编的；或反过来
innocent: 开班典礼、考前集中
typologies: [T07, T09]
typical:  peers
unit:     对数比
weighs:   much
grain:    0.1
*/
WITH parts AS (
    SELECT
        p.class_id,
        avg(CASE WHEN 4 * s.slot_no <= s.slots THEN abs(p.late) END) AS early,
        avg(CASE WHEN 4 * s.slot_no > s.slots THEN abs(p.late) END) AS later
    FROM punches AS p
    JOIN class_slots AS s ON s.class_id = p.class_id AND s.session_date = p.session_date AND s.slot = p.slot
    JOIN class_profiles AS k ON k.class_id = p.class_id AND k.by_machine
        AND NOT p.by_hand
    WHERE s.slots >= 8 AND p.slot_size >= 5
    GROUP BY p.class_id
)
SELECT class_id AS key, abs(ln((early + 5) / (later + 5))) AS value
FROM parts
WHERE early IS NOT NULL AND later IS NOT NULL
