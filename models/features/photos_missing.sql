/*
level:    class
family:   devices
title:    {zh: 人脸签到没有照片, en: "Face punches without a photo"}
says:     人脸签到中没有照片指纹的占比
high:     签到不是现场刷脸产生的
innocent: 设备没有存照片
typologies: [T09, T11]
typical:  peers
unit:     占比
weighs:   little
grain:    0.05
*/
SELECT class_id AS key, avg(CASE WHEN photo_hash IS NULL OR NOT regexp_matches(photo_hash, '[1-9a-eA-E]') THEN 1 ELSE 0 END) AS value
FROM sessions
WHERE method = 'face'
GROUP BY class_id
HAVING count(*) >= 10
