/*
title: {zh: 比对名单, en: Status registers}
says: 截至扫描日已起始的名单；每一行都算数。
*/
SELECT d.id_number, d.name, d.status_kind, d.from_date, d.to_date
FROM delivered.status_registers AS d
CROSS JOIN scan AS s
WHERE d.from_date <= s.as_of
