/*
title: {zh: 签到时段, en: Sessions}
says: 一行签到就是一次上课；没有签退、或签退早于签到的，没有时长。班级不明的签到也在内，班级各列为空。
*/
SELECT
    a.class_id, a.id_number, a.session_date, a.check_in, a.check_out, a.method, a.device_id, a.ip, a.longitude,
    a.latitude, a.photo_hash,
    CASE WHEN a.check_out >= a.check_in THEN CAST(date_diff('second', a.check_in, a.check_out) AS BIGINT) END AS seconds,
    k.mode, k.site, k.trainer_id, k.division, k.organiser_id
FROM attendance AS a
LEFT JOIN classes AS k ON k.class_id = a.class_id
