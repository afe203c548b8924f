/*
level:    class
family:   devices
title:    {zh: 签到地离培训地远, en: "Punches away from the site"}
says:     有定位的签到离登记培训地的中位距离，1 加公里数取自然对数
high:     不在登记的地方上课，或根本没有上课
innocent: 实训基地在别处；地点登记错
typologies: [T39, T13, T41]
typical:  peers
unit:     对数公里
weighs:   some
grain:    0.1
*/
SELECT
    s.class_id AS key,
    ln(1 + median(2 * 6371.0088 * asin(LEAST(1, sqrt(
        power(sin(radians(s.latitude - k.latitude) / 2), 2)
        + cos(radians(k.latitude)) * cos(radians(s.latitude)) * power(sin(radians(s.longitude - k.longitude) / 2), 2)
    ))))) AS value
FROM sessions AS s
JOIN classes AS k ON k.class_id = s.class_id AND k.longitude IS NOT NULL AND k.latitude IS NOT NULL
WHERE s.mode = 'offline' AND s.longitude IS NOT NULL AND s.latitude IS NOT NULL
GROUP BY s.class_id
HAVING count(*) >= 5
