/*
title: {zh: 隔离行里出现的值, en: Values in quarantined rows}
says: 每个来源隔离行的每个单元格，只留字母和数字，全角改半角，字母大写（和线索比的值也这样写），以及这一行读不懂的是哪一列；对照方的行被隔离时，线索据此注明“对照数据不全”，不因文件坏了而认定。
*/
WITH cells AS (
    SELECT
        q.source,
        coalesce(q.column_name, '') AS unread,
        upper(regexp_replace(
            translate(
                cell.value,
                '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
                '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
            ),
            '[^\p{L}\p{N}]', '', 'g'
        )) AS value
    FROM delivered.quarantine AS q
    CROSS JOIN unnest(string_split(q.row, ' | ')) AS cell(value)
)
SELECT DISTINCT source, value, unread
FROM cells
WHERE value <> ''
