/*
title: {zh: 同班或同一单位申领的同名两人, en: Two namesakes in one class or claimed for by one body}
says: 同一补贴类别里，同一班级（没有班级编号的为同一申领单位）下姓名相同而身份证号不同的每两人；一处超过三十个同名的不配对。
*/
WITH places AS (
    SELECT DISTINCT subsidy_kind, coalesce(class_id, claimant_id) AS place, name, id_number
    FROM live_claims
    WHERE id_number IS NOT NULL AND name IS NOT NULL
),
several AS (
    SELECT subsidy_kind, place, name
    FROM places
    GROUP BY subsidy_kind, place, name
    HAVING count(*) BETWEEN 2 AND 30
),
namesakes AS (
    SELECT p.*
    FROM places AS p
    JOIN several AS s ON s.subsidy_kind = p.subsidy_kind AND s.place = p.place AND s.name = p.name
)
SELECT DISTINCT a.id_number AS id_number_a, b.id_number AS id_number_b, a.name AS name_a, b.name AS name_b, 'none' AS contact
FROM namesakes AS a
JOIN namesakes AS b
    ON b.subsidy_kind = a.subsidy_kind AND b.place = a.place AND b.name = a.name AND b.id_number > a.id_number
