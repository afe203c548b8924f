/*
title: {zh: 网课每天经过的网络和设备, en: Online sessions by address and device}
says: 每班每天经同一网络地址、同一设备上网课的人数；缺地址或设备编号的不计。
*/
SELECT ip, device_id, class_id, session_date, count(DISTINCT id_number) AS persons
FROM sessions
WHERE method = 'online' AND ip IS NOT NULL AND device_id IS NOT NULL
GROUP BY ip, device_id, class_id, session_date
