/*
level:    class
family:   teaching
title:    {zh: 同一场地几家机构, en: "Institutions at one site"}
says:     培训地点（文字相同）上办过班的培训主体数
high:     场地是借来充数的，或几家其实是一家
innocent: 公共实训基地、租用会议室
typologies: [T13]
typical:  peers
unit:     家
weighs:   some
grain:    0.5
*/
WITH used AS (
    SELECT site, count(DISTINCT organiser_id) AS organisers FROM classes WHERE site IS NOT NULL GROUP BY site
)
SELECT k.class_id AS key, CAST(u.organisers AS DOUBLE) AS value
FROM classes AS k
JOIN used AS u ON u.site = k.site
