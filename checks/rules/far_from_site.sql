/*
clause:   skillwatch-signs 远离培训地
title:    {zh: 签到大多远离培训地, en: Most sessions lie far from the site}
means:    线下班有定位的签到中，至少一半距班级登记的培训地（大圆距离）超过容许的公里数；班级没有坐标的不作判断。
explain:  {zh: "线下班{class_id}有定位的签到{located}次，其中{observed}次距培训地超过{km_allowed}公里，达到一半（{allowed}次）；涉及补贴{amount_at_risk}元。", en: "Of {located} located sessions of offline class {class_id}, {observed} lie more than {km_allowed} km from the site, which is at least half ({allowed}). {amount_at_risk} yuan concerned."}
severity: lead
remedy:   核对培训地点备案和变更、设备定位原始记录，实地查看两处。
innocent: 培训地点变更未报；班级坐标填了机构注册地；设备定位漂移或取了基站位置。
subject:  class
evidence: {classes: [class_id], attendance: [class_id]}
*/
WITH counted AS (
    SELECT
        k.class_id, k.division, k.organiser_id, p.value AS km_allowed, count(*) AS located,
        count(*) FILTER (WHERE s.site_km > p.number) AS far
    FROM sessions AS s
    JOIN classes AS k ON k.class_id = s.class_id
    JOIN parameter AS p
        ON p.id = 'site_km' AND p.city = concat(left(k.division, 4), '00') AND k.start_date >= p.valid_from AND k.start_date < p.valid_until
    WHERE k.mode = 'offline' AND s.site_km IS NOT NULL
    GROUP BY k.class_id, k.division, k.organiser_id, p.value
),
examined AS (
    SELECT
        n.class_id, n.division, n.organiser_id AS institution_id, n.km_allowed, n.located, n.far AS observed,
        CAST(ceil(n.located / 2) AS INTEGER) AS allowed, c.claim_ids, coalesce(c.amount, 0) AS amount_at_risk
    FROM counted AS n
    LEFT JOIN claimed_classes AS c ON c.class_id = n.class_id
)
SELECT *
FROM examined
WHERE observed >= allowed
