/*
title: {zh: 隔离行里出现的值, en: Values in quarantined rows}
says: 每个来源隔离行的每个单元格；对照方的行被隔离时，线索据此注明“对照数据不全”，不因文件坏了而认定。
*/
SELECT DISTINCT q.source, upper(trim(cell.value)) AS value
FROM delivered.quarantine AS q
CROSS JOIN unnest(string_split(q.row, ' | ')) AS cell(value)
WHERE trim(cell.value) <> ''
