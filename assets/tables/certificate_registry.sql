/*
title: {zh: 证书登记（规范编号）, en: Registered certificates by normalised number}
says: 规范编号只留字母和数字并大写；特种作业操作证和特种设备作业人员证的编号由持证人的几个职业共用，证书的键因此是“规范编号|职业编码”。
*/
SELECT
    certificate_number,
    CASE WHEN shared_number THEN concat(certificate_number, '|', occupation_code) ELSE certificate_number END AS certificate_key,
    shared_number, certificate_no, registry, kind, occupation_code, level, id_number, name, assessor_id, assessed_on,
    issued_on, theory_score, practice_score, first_issue, status
FROM certificates
