/*
clause:   skillwatch-signs 模型提示
title:    {zh: 评价机构的多项特征与同类明显不同, en: An assessor unlike its peers in several ways}
means:    模型把评价机构的各项特征与同类比较，几类互不相干的迹象合在一起少见到一定程度（预计误报的比例不超过规定数），并且排在本市可以核查的数目以内，才作提示。实际值是提示到这一名为止预计误报的比例，越小越可疑。分数只决定先后，不是认定。
explain:  {zh: "评价机构{assessor_id}在{scored}家评价机构里排第{rank}，经核查属实的可能性约{percent}%。主要依据：{signs}。也可能是：{innocents}。", en: "Assessor {assessor_id} ranks {rank} of {scored}; probability that an inspection confirms it about {percent} %. Signs: {signs}."}
severity: lead
remedy:   调取考务记录、考评员名单、监控和试卷，核对成绩是否改动；抽取持证人回访。
innocent: 省级考点集中统考；试题偏难、等第制评分；其他见各项依据后的说明。
subject:  assessor
evidence: {institutions: {institution_id: assessor_id}}
drifts:   [observed]
*/
WITH placed AS (
    SELECT
        *, concat(left(division, 4), '00') AS city, count(*) OVER () AS scored,
        row_number() OVER (PARTITION BY left(division, 4) ORDER BY rank) AS place
    FROM scores
    WHERE subject_kind = 'assessor'
),
examined AS (
    SELECT
        p.subject_key AS assessor_id, p.division, p.institution_id, p.claim_ids, p.amount AS amount_at_risk, p.scored, p.rank, p.place,
        p.score AS probability, CAST(100 * p.score AS INTEGER) AS percent, p.families, CAST(v.number AS INTEGER) AS visits,
        p.q AS observed, CAST(f.number AS DOUBLE) AS allowed
    FROM placed AS p
    CROSS JOIN scan AS s
    JOIN parameter AS f ON f.id = 'model_false_alarms' AND f.city = p.city AND s.as_of >= f.valid_from AND s.as_of < f.valid_until
    JOIN parameter AS v ON v.id = 'model_visits.assessor' AND v.city = p.city AND s.as_of >= v.valid_from AND s.as_of < v.valid_until
),
hit AS (
    SELECT * FROM examined WHERE observed <= allowed AND place <= visits
),
told AS (
    SELECT subject_key, string_agg(says, '；' ORDER BY place) AS signs, string_agg(innocent, '；' ORDER BY place) AS innocents
    FROM score_reasons
    WHERE subject_kind = 'assessor' AND place <= 4
    GROUP BY subject_key
)
SELECT h.*, coalesce(t.signs, '没有单独突出的迹象') AS signs, coalesce(t.innocents, '偶然') AS innocents
FROM hit AS h
LEFT JOIN told AS t ON t.subject_key = h.assessor_id
