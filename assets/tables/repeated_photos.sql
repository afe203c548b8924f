/*
title: {zh: 用过不止一次的签到照片, en: Photos on more than one session}
says: 同一照片指纹出现在两次以上签到的，每次签到一行；全 0、全 f 的指纹等于没有照片。
*/
WITH repeated AS (
    SELECT photo_hash
    FROM sessions
    WHERE NOT regexp_full_match(photo_hash, '(0+|[fF]+)')
    GROUP BY photo_hash
    HAVING count(*) > 1
)
SELECT s.photo_hash, s.class_id, s.id_number, s.session_date, s.division, s.organiser_id
FROM sessions AS s
JOIN repeated AS r ON r.photo_hash = s.photo_hash
