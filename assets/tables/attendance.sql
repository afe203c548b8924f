/*
title: {zh: 考勤签到, en: Attendance}
says: 截至扫描日的签到；每一行都算数。
*/
SELECT d.class_id, d.id_number, d.session_date, d.check_in, d.check_out, d.method, d.device_id, d.ip, d.longitude,
    d.latitude, d.photo_hash
FROM delivered.attendance AS d
CROSS JOIN scan AS s
WHERE d.session_date <= s.as_of
