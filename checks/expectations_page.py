"""Results of the expectations as one page that needs nothing beside it: Great Expectations' own pages need the internet.

Belongs here: how the rows of `expectations.py` are shown. Does not load Great Expectations.
"""

from __future__ import annotations

import html

import polars as pl

TITLES = {
    "suite": "期望组", "expectation": "期望", "kind": "类型", "title_zh": "期望内容", "title_en": "in English", "clause": "依据",
    "met": "是否符合", "examined": "检查数", "unexpected": "不符数", "failure": "未能检查的原因",
}  # fmt: skip


def page(frame: pl.DataFrame, title: str) -> str:
    """The results as one HTML page that needs nothing beside it: what was expected, how many examined, how many differ."""
    met, failed = int(frame["met"].sum()), int((frame["failure"] != "").sum())
    parts = [
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style>',
        f"<h1>{html.escape(title)}</h1><p class=warning>线索不等于结论：规则有命中，只说明数据与规定之间有需要核实的地方。</p>",
        f"<p>共 {frame.height} 项期望，符合 {met} 项，不符 {frame.height - met - failed} 项，未能检查 {failed} 项。检查数为 0 表示没有可检查的数据，不等于通过。</p>",
    ]
    shown = ["title_zh", "title_en", "clause", "examined", "unexpected", "failure"]
    for (suite,), rows in frame.group_by(["suite"], maintain_order=True):
        heads = "".join(f"<th>{TITLES[name]}</th>" for name in ("met", *shown))
        parts.append(f"<h2>{html.escape(str(suite))}</h2><table><tr>{heads}</tr>")
        for row in rows.iter_rows(named=True):
            sign = "未能检查" if row["failure"] else "符合" if row["met"] else "不符"
            cells = "".join(f"<td>{html.escape('' if row[name] is None else str(row[name]))}</td>" for name in shown)
            parts.append(f'<tr class="{"met" if row["met"] else "unmet"}"><td>{sign}</td>{cells}</tr>')
        parts.append("</table>")
    return "\n".join(parts) + "</html>\n"


_STYLE = (
    'body{font:14px/1.6 "Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2em auto;max-width:1100px;color:#222}'
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}"
    "th{background:#1f4e79;color:#fff}.unmet td:first-child{background:#ffe699}.met td:first-child{background:#e2efda}"
    ".warning{color:#9c0006;font-weight:bold}"
)
