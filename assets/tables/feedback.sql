/*
title: {zh: 核查反馈, en: Feedback of inspections}
says: 截至扫描日已核查的反馈；每一行都算数，没写核查日期的也算（排在写了的之后）。
*/
SELECT d.inspection_id, d.case_id, d.subject_kind, d.subject_key, d.arm, d.outcome, d.recovered_amount,
    d.checked_on, d.checked_by, d.note, d.source_file, d.source_line
FROM delivered.feedback AS d
CROSS JOIN scan AS s
WHERE d.checked_on IS NULL OR d.checked_on <= s.as_of
