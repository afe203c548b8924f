/*
clause:   trainee-ages 年龄上限
title:    {zh: 参训或评价时年龄不在范围之内, en: Too young or too old when trained or assessed}
means:    培训补贴看开班日，取证补贴看评价日：要年满最低年龄、未满最高年龄，满岁当日起算。出生日期和性别取自身份证号；最高年龄分男女，2025年起男性按出生月份推迟，市可从严规定。身份证号校验不过的，出生日期靠不住，不看。
explain:  {zh: "申领{claim_id}的学员于{observed}参训（开班）或评价，时年{age}周岁；应{allowed}；涉及补贴{amount_at_risk}元。", en: "Claim {claim_id}: the person was {age} when trained or assessed on {observed}; allowed: {allowed}. Subsidy concerned: {amount_at_risk} yuan."}
severity: violation
remedy:   查看身份证，核对出生日期和性别；确实不在年龄范围之内的，按规定不予补贴或退回。
innocent: 身份证号录入错误；当地对退役军人、农村劳动力等另有年龄规定。
subject:  claim
evidence: {claims: [claim_id], classes: [class_id], certificates: {through: certificate_claims, by: [claim_id], certificate_no: registered_no, registry: registry, id_number: holder_id}}
*/
WITH judged AS (
    SELECT claim_id, division, class_city AS city, organiser_id AS institution_id, class_id, NULL AS certificate_key, id_number,
        amount, start_date AS judged_on, start_date AS law_of
    FROM class_claims
    UNION ALL
    SELECT claim_id, division, city, claimant_id AS institution_id, class_id, certificate_key, id_number,
        amount, assessed_on AS judged_on, issued_on AS law_of
    FROM certificate_claims
),
aged AS (
    SELECT j.*, p.birth_date, p.sex
    FROM judged AS j
    JOIN persons AS p ON p.id_number = j.id_number AND p.check_digit_right
),
-- few days of birth, many claims: whose highest age is which is asked once a day of birth
born AS (
    SELECT DISTINCT city, sex, birth_date FROM aged
),
oldest AS (
    SELECT b.city, b.sex, b.birth_date, o.valid_from, o.valid_until, CAST(b.birth_date + CAST(o.number AS INTEGER) * INTERVAL 1 MONTH AS DATE) AS too_old_on
    FROM born AS b
    JOIN parameter AS o
        ON o.id = concat('age_max.', b.sex) AND o.city = b.city
        AND b.birth_date >= o.born_from AND b.birth_date < o.born_until
),
bounded AS (
    SELECT
        a.claim_id, a.division, a.institution_id, a.class_id, a.certificate_key, a.birth_date, a.sex, a.judged_on AS observed,
        CAST(a.birth_date + CAST(youngest.number AS INTEGER) * INTERVAL 1 MONTH AS DATE) AS old_enough_on,
        o.too_old_on,
        a.amount AS amount_at_risk
    FROM aged AS a
    JOIN parameter AS youngest
        ON youngest.id = 'age_min' AND youngest.city = a.city
        AND a.law_of >= youngest.valid_from AND a.law_of < youngest.valid_until
    JOIN oldest AS o
        ON o.city = a.city AND o.sex = a.sex AND o.birth_date = a.birth_date
        AND a.law_of >= o.valid_from AND a.law_of < o.valid_until
),
examined AS (
    -- 不写出生日期，也不写由它推出的日期：证件号码遮住的正是这几位。
    SELECT
        *,
        CAST(extract(YEAR FROM observed) - extract(YEAR FROM birth_date) AS INTEGER)
        - CASE
            WHEN extract(MONTH FROM observed) < extract(MONTH FROM birth_date) THEN 1
            WHEN extract(MONTH FROM observed) = extract(MONTH FROM birth_date) AND extract(DAY FROM observed) < extract(DAY FROM birth_date) THEN 1
            ELSE 0
        END AS age,
        concat(
            '满', CAST(extract(YEAR FROM old_enough_on) - extract(YEAR FROM birth_date) AS INTEGER), '周岁、未满',
            CAST(extract(YEAR FROM too_old_on) - extract(YEAR FROM birth_date) AS INTEGER)
            - CASE WHEN extract(MONTH FROM too_old_on) < extract(MONTH FROM birth_date) THEN 1 ELSE 0 END,
            '周岁', CASE WHEN extract(MONTH FROM too_old_on) <> extract(MONTH FROM birth_date) THEN '（按出生月份推迟）' ELSE '' END
        ) AS allowed
    FROM bounded
)
SELECT *
FROM examined
WHERE observed < old_enough_on OR observed >= too_old_on
