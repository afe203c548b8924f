/*
level:    class
family:   devices
title:    {zh: 定位散布, en: "Spread of positions"}
says:     有定位的签到的纬度标准差（折成米，加 1）取自然对数
high:     人不在一处，各签各的
low:      坐标几乎没有误差，像固定写入的
innocent: 手机定位漂移
typologies: [T39]
typical:  peers
unit:     对数米
weighs:   some
grain:    0.1
*/
SELECT class_id AS key, ln(1 + 111195 * stddev_samp(latitude)) AS value
FROM sessions
WHERE mode = 'offline' AND latitude IS NOT NULL
GROUP BY class_id
HAVING count(*) >= 10
