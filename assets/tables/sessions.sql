/*
title: {zh: 签到时段, en: Sessions}
says: 截至扫描日的签到，每一行都算数：一行就是一次上课；没有签退、或签退早于签到的，没有时长。班级不明的签到也在内，班级各列为空。check_in_second 是签到在当天的第几秒；site_km 是签到处到培训地的大圆距离（公里，地球半径 6371.0088 公里，到毫米），缺坐标的为空。
*/
SELECT
    a.class_id, a.id_number, a.session_date, a.check_in, a.check_out, a.method, a.device_id, a.ip, a.longitude,
    a.latitude, a.photo_hash,
    CASE WHEN a.check_out >= a.check_in THEN CAST(date_diff('second', a.check_in, a.check_out) AS BIGINT) END AS seconds,
    k.mode, k.site, k.trainer_id, k.division, k.organiser_id,
    CAST(date_diff('second', CAST(CAST(a.check_in AS DATE) AS TIMESTAMP), a.check_in) AS INTEGER) AS check_in_second,
    CASE WHEN a.longitude IS NOT NULL AND a.latitude IS NOT NULL AND k.longitude IS NOT NULL AND k.latitude IS NOT NULL THEN
        round(2 * 6371.0088 * asin(sqrt(least(1, greatest(0,
            pow(sin(radians(a.latitude - k.latitude) / 2), 2)
            + cos(radians(k.latitude)) * cos(radians(a.latitude)) * pow(sin(radians(a.longitude - k.longitude) / 2), 2)
        )))), 6)
    END AS site_km
FROM delivered.attendance AS a
CROSS JOIN scan AS s
LEFT JOIN classes AS k ON k.class_id = a.class_id
WHERE a.session_date <= s.as_of
