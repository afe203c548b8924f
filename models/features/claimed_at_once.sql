/*
level:    class
family:   claiming
title:    {zh: 结业后多快申领, en: "Days from the end to the first claim"}
says:     结业日到第一笔申领的天数加 1 取自然对数
high:     拖得很久才报
low:      材料像是事先备好的
innocent: 材料补齐
typologies: [T43]
typical:  peers
unit:     对数天
weighs:   little
grain:    0.3
*/
SELECT class_id AS key, ln(1 + GREATEST(0, date_diff('day', end_date, first_claim))) AS value
FROM class_profiles
WHERE first_claim IS NOT NULL AND end_date IS NOT NULL
