/*
clause:   skillwatch-signs 模型提示
title:    {zh: 班级的多项特征与同类明显不同, en: A class unlike its peers in several ways}
means:    模型把班级的各项特征与同类比较，几类互不相干的迹象合在一起少见到一定程度（预计误报的比例不超过规定数），并且排在本市可以核查的数目以内，才作提示。实际值是提示到这一名为止预计误报的比例，越小越可疑。分数只决定先后，不是认定。
explain:  {zh: "班级{class_id}在{scored}个班里排第{rank}，经核查属实的可能性约{percent}%。主要依据：{signs}。也可能是：{innocents}。", en: "Class {class_id} ranks {rank} of {scored}; probability that an inspection confirms it about {percent} %. Signs: {signs}."}
severity: lead
remedy:   按下列依据逐项核对原始考勤、照片、教案和试卷，抽取学员电话回访，必要时上门。
innocent: 单位集体送训、封闭办班、设备故障补录等特殊组织方式；其他见各项依据后的说明。
subject:  class
evidence: {classes: [class_id]}
drifts:   [observed]
*/
WITH placed AS (
    SELECT
        *, concat(left(division, 4), '00') AS city, count(*) OVER () AS scored,
        row_number() OVER (PARTITION BY left(division, 4) ORDER BY rank) AS place
    FROM scores
    WHERE subject_kind = 'class'
),
examined AS (
    SELECT
        p.subject_key AS class_id, p.division, p.institution_id, p.claim_ids, p.amount AS amount_at_risk, p.scored, p.rank, p.place,
        p.score AS probability, CAST(100 * p.score AS INTEGER) AS percent, p.families, CAST(v.number AS INTEGER) AS visits,
        p.q AS observed, CAST(f.number AS DOUBLE) AS allowed
    FROM placed AS p
    CROSS JOIN scan AS s
    JOIN parameter AS f ON f.id = 'model_false_alarms' AND f.city = p.city AND s.as_of >= f.valid_from AND s.as_of < f.valid_until
    JOIN parameter AS v ON v.id = 'model_visits.class' AND v.city = p.city AND s.as_of >= v.valid_from AND s.as_of < v.valid_until
),
hit AS (
    SELECT * FROM examined WHERE observed <= allowed AND place <= visits
),
told AS (
    SELECT subject_key, string_agg(says, '；' ORDER BY place) AS signs, string_agg(innocent, '；' ORDER BY place) AS innocents
    FROM score_reasons
    WHERE subject_kind = 'class' AND place <= 4
    GROUP BY subject_key
)
SELECT h.*, coalesce(t.signs, '没有单独突出的迹象') AS signs, coalesce(t.innocents, '偶然') AS innocents
FROM hit AS h
LEFT JOIN told AS t ON t.subject_key = h.class_id
