"""The words of the workbooks: column titles and widths, labels of codes, the first sheet.

Here: Chinese for analysts; `source_labels` are those of the sources' own codes. Not here: how cells are written (`workbook.py`), or a rule's own words (its file).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from models.source import load_sources
from models.values import LEVELS

if TYPE_CHECKING:
    from assets.workbook import About


class Column(NamedTuple):
    title: str
    width: float
    wrap: bool = False
    meaning: str = ""


COLUMNS: Mapping[str, Column] = {
    "case_id": Column("线索编号", 23, meaning="同一规则、同一对象，每次扫描编号不变；反馈核查结果时请保留"),
    "rating": Column(
        "级别",
        6,
        meaning="A：涉及金额且对照数据齐全的违规；B：不涉及金额的违规，或有两类独立迹象（或概率不低于 0.5）的疑点；C：其余",
    ),
    "severity": Column("性质", 8, meaning="违规：本身不符合规定；疑点：需要核查的迹象；提示：供管理参考，不指向任何人"),
    "title_zh": Column("事项", 26, True, "规则的一句话说明"),
    "title_en": Column("Title", 26, True),
    "explanation_zh": Column("具体情况", 52, True, "本条线索的具体数据"),
    "amount_at_risk": Column("涉及金额（元）", 14, meaning="本条线索涉及的金额；各条之间会重复，不能直接相加"),
    "score": Column("属实概率", 9, meaning="核查属实的概率估计"),
    "division": Column("区划", 9),
    "institution_id": Column("机构代码", 22),
    "institution": Column("机构名称", 26, True),
    "class_id": Column("班级编号", 24),
    "person": Column("人员（已遮盖）", 22),
    "subject_kind": Column("对象类型", 10),
    "subject_key": Column("对象编号", 34, True, "个人信息在编号中以代号（P、T、A 开头）代替"),
    "claim_count": Column("申领笔数", 9),
    "claim_ids": Column("涉及申领", 26, True, "至多列出前 20 笔，全部见 cases.csv 或 cases.parquet"),
    "observed": Column("实际情况", 16, True),
    "allowed": Column("规定", 16, True),
    "margin": Column("差距", 14, True),
    "innocent_zh": Column("可能的正当原因", 32, True, "核查时首先排除"),
    "remedy_zh": Column("核查与处理", 32, True),
    "clause": Column("依据", 14, True),
    "rule_id": Column("规则", 26),
    "status": Column("状态", 9),
    "first_seen": Column("首次发现", 12),
    "last_seen": Column("最近发现", 12),
    "outcome": Column("核查结论", 10, meaning="请填：属实、排除、核查中；填好后在门户“交回工作簿”上传"),
    "recovered_amount": Column("追回金额", 12),
    "checked_on": Column("核查日期", 12),
    "checked_by": Column("核查人", 10),
    "note": Column("核查说明", 24, True),
    "examined": Column("检查数", 12),
    "hits": Column("命中", 10),
    "claims": Column("涉及申领（笔）", 10),
    "amount": Column("金额（元）", 16),
    "precision": Column("属实率", 9),
    "precision_low": Column("属实率下限（90% 区间）", 12),
    "precision_high": Column("属实率上限（90% 区间）", 12),
    "judged": Column("已核查（条）", 9),
    "rule_sha": Column("规则文件指纹", 20),
    "source": Column("来源", 16),
    "file": Column("文件", 38, True),
    "sheet": Column("工作表", 14),
    "line": Column("行号", 8),
    "row": Column("原始行", 90, True),
    "city": Column("市", 9),
    "period": Column("期间", 9),
    "sha256": Column("文件指纹", 20),
    "rows_read": Column("读入行", 10),
    "rows_accepted": Column("接受行", 10),
    "rows_quarantined": Column("隔离行", 10),
    "rows_superseded": Column("被替代行", 10),
    "reason": Column("原因", 36, True),
    "months": Column("月数", 8),
    "delivered_by": Column("已送达的市（个）", 12),
    "cities": Column("全部市（个）", 12),
    "change": Column("变化", 8),
    "what_zh": Column("内容", 60, True),
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "severity": {"violation": "违规", "lead": "疑点", "notice": "提示"},
    "status": {
        "new": "新增", "open": "待核查", "confirmed": "属实", "dismissed": "排除", "recovered": "已追回",
        "accepted": "接受", "partly": "部分接受", "duplicate": "重复", "superseded": "已被替代", "quarantined": "隔离",
    },
    "source": {
        "institutions": "培训评价机构目录", "assessor_scopes": "评价机构备案范围", "projects": "培训项目目录", "classes": "开班信息",
        "enrolments": "培训学员名册", "attendance": "考勤签到", "payroll": "工资发放", "insurance": "社会保险缴费",
        "certificates": "证书登记", "claims": "补贴申领", "ledger": "专账资金台账", "bank": "银行流水", "reports": "资金使用月报",
        "allocations": "资金与任务分配", "status_registers": "比对名单", "feedback": "核查反馈",
    },
    "change": {"new": "新增", "gone": "消失", "changed": "变化"},
    "subject_kind": {
        "claim": "申领", "class": "班级", "certificate": "证书", "person": "个人", "institution": "机构", "division": "区划",
        "batch": "拨付批次", "voucher": "凭证", "transaction": "流水", "project": "项目", "trainer": "教师", "assessor": "评价机构",
        "phone": "电话", "photo": "照片", "device": "设备", "employer": "用人单位", "province": "全省", "ip": "网络地址",
    },
}  # fmt: skip


@lru_cache(maxsize=1)
def source_labels() -> dict[str, dict[str, str]]:
    """Column -> code -> the Chinese label that the sources give it."""
    found: dict[str, dict[str, str]] = {"level": dict(LEVELS)}
    for source in load_sources().values():
        for column in source.columns:
            for code, names in column.labels.items():
                found.setdefault(column.name, {}).setdefault(code, names[0])
    return found


VERDICTS = ("属实", "排除", "核查中")


def about_lines(about: About) -> Iterator[tuple[str, str, str]]:
    """The first sheet, line by line: (kind, left, right)."""
    yield "title", "补贴性职业技能培训资金核查线索清单", ""
    yield (
        "warning",
        "线索不等于结论",
        "清单中的每一条只说明数据与规定之间有需要核实的地方；未经核查，不得据此对任何单位或个人作出认定。",
    )
    yield "text", "", ""
    yield "section", "本次扫描", ""
    yield "pair", "范围", about.scope
    yield "pair", "数据截止日期", about.as_of
    yield "pair", "扫描编号", about.scan_id
    for name, value in about.facts.items():
        yield "pair", name, value
    masked = "身份证号、姓名、电话、账号均已遮盖，对象编号中的个人信息以代号代替。"
    yield "pair", "个人信息", masked if about.masked else "本清单含未遮盖的个人信息，仅限授权人员使用，不得外传。"
    yield "text", "", ""
    yield "section", "如何验证", ""
    yield "pair", "签名公钥指纹", about.fingerprint
    yield "pair", "第一步", "在发布文件夹中运行：sha256sum -c SHA256SUMS（每个文件都应显示 OK）"
    step = "openssl pkeyutl -verify -rawin -pubin -inkey public_key.pem -in SHA256SUMS -sigfile SHA256SUMS.sig"
    yield "pair", "第二步", f"运行：{step}"
    yield (
        "pair",
        "第三步",
        "public_key.pem 的指纹须与上面一致，并与本单位另行保存的指纹一致：openssl pkey -pubin -in public_key.pem -outform DER | sha256sum",
    )
    yield "text", "", ""
    yield "section", "各工作表", ""
    yield "pair", "规则汇总", "每条规则检查了多少、命中多少；“检查数”为 0 表示没有可检查的数据，不表示没有问题。"
    yield "pair", "线索清单", "全部线索；黄色列供核查人员填写，填好后整本交回。"
    yield "pair", "按机构查看", "同样的线索，按机构、班级、人员排列，供下户核查时使用。"
    yield "pair", "证据", "每条线索背后的原始行：哪个文件、哪个工作表、哪一行。"
    yield (
        "pair",
        "未接受的文件",
        "没有全部接受的文件及行数，和表头里可能有一列写错的文件；对照数据不全的线索定为 C 级。",
    )
    yield "pair", "未送达的数据", "不晚于数据截止日期所在月、至少四分之三的市已经送达、而本市没有送达的月份。"
    yield "pair", "变化", "与上一次发布相比新增、消失和有变化的线索。"
    yield "text", "", ""
    yield "section", "线索清单的列", ""
    for column in COLUMNS.values():
        if column.meaning:
            yield "pair", column.title, column.meaning
