/*
clause:   skillwatch-signs 模型提示
title:    {zh: 机构的多项特征与同类明显不同, en: An institution unlike its peers in several ways}
means:    模型把机构的各项特征与同类比较，几类互不相干的迹象合在一起少见到一定程度（预计误报的比例不超过规定数），并且排在本市可以核查的数目以内，才作提示。实际值是提示到这一名为止预计误报的比例，越小越可疑。分数只决定先后，不是认定。
explain:  {zh: "机构{institution_id}在{scored}家机构里排第{rank}，经核查属实的可能性约{percent}%。主要依据：{signs}。也可能是：{innocents}。", en: "Institution {institution_id} ranks {rank} of {scored}; probability that an inspection confirms it about {percent} %. Signs: {signs}."}
severity: lead
remedy:   核对机构的师资、场地、账户与名册，抽查其排位靠前的班级；涉及以工代训的，核对工资发放和社保。
innocent: 机构更名、合并、承接专项任务；统一按最低工资发放；其他见各项依据后的说明。
subject:  institution
evidence: {institutions: [institution_id]}
drifts:   [observed]
*/
WITH placed AS (
    SELECT
        *, concat(left(division, 4), '00') AS city, count(*) OVER () AS scored,
        row_number() OVER (PARTITION BY left(division, 4) ORDER BY rank) AS place
    FROM scores
    WHERE subject_kind = 'institution'
),
examined AS (
    SELECT
        p.subject_key AS institution_id, p.division, p.claim_ids, p.amount AS amount_at_risk, p.scored, p.rank, p.place,
        p.score AS probability, CAST(100 * p.score AS INTEGER) AS percent, p.families, CAST(v.number AS INTEGER) AS visits,
        p.q AS observed, CAST(f.number AS DOUBLE) AS allowed
    FROM placed AS p
    CROSS JOIN scan AS s
    JOIN parameter AS f ON f.id = 'model_false_alarms' AND f.city = p.city AND s.as_of >= f.valid_from AND s.as_of < f.valid_until
    JOIN parameter AS v ON v.id = 'model_visits.institution' AND v.city = p.city AND s.as_of >= v.valid_from AND s.as_of < v.valid_until
),
hit AS (
    SELECT * FROM examined WHERE observed <= allowed AND place <= visits
),
told AS (
    SELECT subject_key, string_agg(says, '；' ORDER BY place) AS signs, string_agg(innocent, '；' ORDER BY place) AS innocents
    FROM score_reasons
    WHERE subject_kind = 'institution' AND place <= 4
    GROUP BY subject_key
),
worst AS (
    SELECT institution_id, subject_key AS class_id, rank, row_number() OVER (PARTITION BY institution_id ORDER BY rank) AS place
    FROM scores
    WHERE subject_kind = 'class'
)
SELECT
    h.*, coalesce(t.innocents, '见该班级的说明') AS innocents,
    concat(
        coalesce(t.signs, '机构自身没有单独突出的迹象'),
        CASE WHEN w.class_id IS NULL THEN '' ELSE concat('；名下班级', w.class_id, '在全部班级里排第', CAST(w.rank AS VARCHAR)) END
    ) AS signs
FROM hit AS h
LEFT JOIN told AS t ON t.subject_key = h.institution_id
LEFT JOIN worst AS w ON w.institution_id = h.institution_id AND w.place = 1
