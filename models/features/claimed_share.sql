/*
level:    class
family:   claiming
title:    {zh: 人人都领补贴, en: "Everybody is claimed for"}
says:     名册上有培训补贴申领的人占比
high:     中途退出的也领了
innocent: 只开给合格的人
typologies: [T01, T47]
typical:  peers
unit:     占比
weighs:   little
grain:    0.04
*/
SELECT class_id AS key, CAST(LEAST(claimed_persons, persons) AS DOUBLE) / persons AS value
FROM class_profiles
WHERE persons >= 5 AND claimed_persons > 0
