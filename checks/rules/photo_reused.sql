/*
clause:   skillwatch-signs 照片重复
title:    {zh: 同一张签到照片用于多人或多日, en: One photo on sessions of several persons or days}
means:    同一照片指纹出现在两人以上的签到上，或同一人两天以上的签到上；全 0、全 f 的指纹等于没有照片。
explain:  {zh: "照片{photo_hash}出现在{sessions}次签到上，涉及{observed}；涉及补贴{amount_at_risk}元。", en: "Photo {photo_hash} stands on {sessions} sessions of {persons} persons on {days} days. {amount_at_risk} yuan concerned."}
severity: lead
remedy:   调出原始照片比对是否本人、是否现场拍摄；核对当日其他在训证据。
innocent: 设备反复上传上一张照片；镜头被遮、画面全黑时指纹相同；照片缺失时系统填了默认图。
subject:  photo
key:      [photo_hash]
evidence: {attendance: [photo_hash]}
*/
WITH counted AS (
    SELECT
        photo_hash, min(division) AS division, min(organiser_id) AS institution_id, count(*) AS sessions,
        count(DISTINCT id_number) AS persons, count(DISTINCT session_date) AS days
    FROM repeated_photos
    GROUP BY photo_hash
),
examined AS (
    SELECT *, concat(persons, '人', days, '天') AS observed, '1人1天' AS allowed
    FROM counted
),
concerned AS (
    SELECT r.photo_hash, c.claim_id, max(c.amount) AS amount
    FROM repeated_photos AS r
    JOIN class_claims AS c ON c.class_id = r.class_id AND c.id_number = r.id_number
    GROUP BY r.photo_hash, c.claim_id
),
totals AS (
    SELECT photo_hash, list(claim_id ORDER BY claim_id) AS claim_ids, sum(amount) AS amount
    FROM concerned
    GROUP BY photo_hash
)
SELECT e.*, t.claim_ids, coalesce(t.amount, 0) AS amount_at_risk
FROM examined AS e
LEFT JOIN totals AS t ON t.photo_hash = e.photo_hash
WHERE e.persons > 1 OR e.days > 1
