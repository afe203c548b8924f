/*
level:    class
family:   devices
title:    {zh: 签到照片近似重复, en: "Photos nearly the same"}
says:     有照片指纹的签到中，指纹的前段、中段或后段与本班另一次签到相同的占比
high:     照片是翻拍、截图或预先拍好的
innocent: 同一人每天同一姿势，图像本来就像
typologies: [T08, T11, T40]
typical:  peers
unit:     占比
weighs:   much
grain:    0.03
*/
WITH photos AS (
    SELECT class_id, substr(photo_hash, 1, 5) AS head, substr(photo_hash, 6, 5) AS middle, substr(photo_hash, 11, 6) AS tail
    FROM sessions
    WHERE photo_hash IS NOT NULL AND regexp_matches(photo_hash, '[1-9a-eA-E]')
),
heads AS (
    SELECT class_id, head FROM photos GROUP BY class_id, head HAVING count(*) > 1
),
middles AS (
    SELECT class_id, middle FROM photos GROUP BY class_id, middle HAVING count(*) > 1
),
tails AS (
    SELECT class_id, tail FROM photos GROUP BY class_id, tail HAVING count(*) > 1
)
SELECT p.class_id AS key, avg(CASE WHEN h.head IS NOT NULL OR m.middle IS NOT NULL OR t.tail IS NOT NULL THEN 1 ELSE 0 END) AS value
FROM photos AS p
LEFT JOIN heads AS h ON h.class_id = p.class_id AND h.head = p.head
LEFT JOIN middles AS m ON m.class_id = p.class_id AND m.middle = p.middle
LEFT JOIN tails AS t ON t.class_id = p.class_id AND t.tail = p.tail
GROUP BY p.class_id
HAVING count(*) >= 10
