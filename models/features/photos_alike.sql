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
    SELECT class_id, photo_hash, substr(photo_hash, 1, 5) AS head, substr(photo_hash, 6, 5) AS middle, substr(photo_hash, 11, 6) AS tail
    FROM sessions
    WHERE photo_hash IS NOT NULL AND regexp_matches(photo_hash, '[1-9a-eA-E]')
),
counted AS (
    SELECT
        class_id,
        count(*) OVER (PARTITION BY class_id, head) AS heads,
        count(*) OVER (PARTITION BY class_id, middle) AS middles,
        count(*) OVER (PARTITION BY class_id, tail) AS tails
    FROM photos
)
SELECT class_id AS key, avg(CASE WHEN heads > 1 OR middles > 1 OR tails > 1 THEN 1 ELSE 0 END) AS value
FROM counted
GROUP BY class_id
HAVING count(*) >= 10
