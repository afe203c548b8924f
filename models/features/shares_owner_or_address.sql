/*
level:    institution
family:   contacts
title:    {zh: 与别家同法人或同地址, en: "Representative or address shared with other institutions"}
says:     目录里法定代表人或地址与本机构相同的其他机构数
high:     几家机构背后是一家
innocent: 同名同姓；孵化园、写字楼同一门牌
typologies: [T13, T31]
typical:  all
unit:     家
weighs:   some
grain:    0.5
*/
WITH marks AS (
    SELECT institution_id, concat('r', legal_representative) AS mark FROM organisations WHERE legal_representative IS NOT NULL
    UNION ALL
    SELECT institution_id, concat('d', address) FROM organisations WHERE address IS NOT NULL
),
common AS (
    SELECT mark FROM marks GROUP BY mark HAVING count(DISTINCT institution_id) BETWEEN 2 AND 50
),
shared AS (
    SELECT a.institution_id, count(DISTINCT b.institution_id) AS others
    FROM marks AS a
    JOIN common AS c ON c.mark = a.mark
    JOIN marks AS b ON b.mark = a.mark AND b.institution_id <> a.institution_id
    GROUP BY a.institution_id
)
SELECT o.institution_id AS key, CAST(coalesce(s.others, 0) AS DOUBLE) AS value
FROM organisations AS o
LEFT JOIN shared AS s ON s.institution_id = o.institution_id
