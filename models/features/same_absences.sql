/*
level:    class
family:   copies
title:    {zh: 缺课日子完全相同, en: "Absent on the very same days"}
says:     缺过三个以上时段、又不是中途退出的人中，缺课时段与另一人一个不差的占比
high:     名册里有人的考勤是照抄同学的，连缺课也一起抄了
innocent: 同一单位的人集体请假；夫妻同来同去
typologies: [T01, T08]
typical:  all
unit:     占比
weighs:   much
grain:    0.1
*/
WITH absent AS (
    SELECT
        class_id, id_number,
        count(*) OVER (PARTITION BY class_id, came, slots_sum, slots_squares, slots_cubes) AS alike
    FROM class_people
    WHERE slots - came >= 3 AND last_slot > came
)
SELECT class_id AS key, avg(CASE WHEN alike > 1 THEN 1 ELSE 0 END) AS value
FROM absent
GROUP BY class_id
HAVING count(*) >= 3
