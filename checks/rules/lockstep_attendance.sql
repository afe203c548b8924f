/*
clause:   skillwatch-signs 同秒签到
title:    {zh: 一班一天大多在同一秒签到, en: Most of a class checks in within one second}
means:    一班一天用人脸、指纹或线上方式的签到达到规定人次，其中规定占比以上签到时刻同到一秒；全班签到都只记到分的，不作判断。
explain:  {zh: "班级{class_id}于{session_date}有{machine_sessions}人次机器签到，其中{observed}人次在同一秒，达到{allowed}人次；全班涉及补贴{amount_at_risk}元。", en: "On {session_date} {observed} of {machine_sessions} machine check-ins of class {class_id} fell into one second ({allowed} suffice). {amount_at_risk} yuan of the class concerned."}
severity: lead
remedy:   调取考勤设备后台日志和当日照片、视频，核对是否批量导入或一人代签。
innocent: 设备断网后同一时刻批量上传；系统把签到时间统一取整为上课时间。
subject:  class
key:      [class_id, session_date]
evidence: {attendance: [class_id, session_date]}
*/
WITH examined AS (
    SELECT
        d.class_id, d.session_date, k.division, k.organiser_id AS institution_id, d.machine_sessions,
        d.together AS observed, CAST(ceil(share.number * d.machine_sessions) AS INTEGER) AS allowed,
        c.claim_ids, coalesce(c.amount, 0) AS amount_at_risk
    FROM class_days AS d
    JOIN classes AS k ON k.class_id = d.class_id
    JOIN parameter AS persons
        ON persons.id = 'lockstep_persons' AND persons.city = concat(left(k.division, 4), '00')
        AND k.start_date >= persons.valid_from AND k.start_date < persons.valid_until
    JOIN parameter AS share
        ON share.id = 'lockstep_share' AND share.city = concat(left(k.division, 4), '00')
        AND k.start_date >= share.valid_from AND k.start_date < share.valid_until
    LEFT JOIN claimed_classes AS c ON c.class_id = d.class_id
    WHERE d.to_the_second AND d.machine_sessions >= persons.number
)
SELECT *
FROM examined
WHERE observed >= allowed
