/*
title: {zh: 两人申领的培训有什么相同, en: What the training claimed for two persons has in common}
says: 两人都有培训补贴申领的，有共同班级的记作 class；没有共同班级、但在不同的班申领过同一职业同一等级的记作 trade；其余记作 apart。有一人没有培训补贴申领的不出现。一家人多半一起上一个班；换号的人是为了把领过的再领一次。
*/
WITH pairs AS (
    SELECT DISTINCT id_number_a, id_number_b FROM person_candidates
),
trained AS (
    SELECT DISTINCT c.id_number, c.class_id, c.occupation_code, c.level
    FROM class_claims AS c
    JOIN (SELECT id_number_a AS id_number FROM pairs UNION SELECT id_number_b FROM pairs) AS p ON p.id_number = c.id_number
)
SELECT
    p.id_number_a, p.id_number_b,
    CASE max(CASE WHEN b.class_id = a.class_id THEN 2 WHEN b.occupation_code = a.occupation_code AND b.level = a.level THEN 1 ELSE 0 END)
        WHEN 2 THEN 'class' WHEN 1 THEN 'trade' ELSE 'apart' END AS training
FROM pairs AS p
JOIN trained AS a ON a.id_number = p.id_number_a
JOIN trained AS b ON b.id_number = p.id_number_b
GROUP BY p.id_number_a, p.id_number_b
