"""Columns, types and Chinese headers of the sixteen sources, as the simulator writes them. No values and no reading of files here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

TEXT, INTEGER, NUMBER, FLAG, DAY = pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date
MONEY, MOMENT = pl.Decimal(14, 2), pl.Datetime("us")
MONTH_COLUMNS = {"month"}

TITLES = {
    "institutions": "培训评价机构目录",
    "assessor_scopes": "评价机构备案范围",
    "projects": "培训项目目录",
    "classes": "开班信息",
    "enrolments": "培训学员名册",
    "attendance": "考勤签到",
    "payroll": "工资发放",
    "insurance": "社会保险缴费",
    "certificates": "证书登记",
    "claims": "补贴申领",
    "ledger": "专账资金台账",
    "bank": "银行流水",
    "reports": "资金使用月报",
    "allocations": "资金与任务分配",
    "status_registers": "比对名单",
    "feedback": "核查反馈",
}

# column, type, Chinese header and its aliases
_COLUMNS: dict[str, list[tuple[str, Any, str]]] = {
    "institutions": [
        ("institution_id", TEXT, "统一社会信用代码|机构代码"),
        ("name", TEXT, "机构名称|单位名称"),
        ("kind", TEXT, "机构类型"),
        ("division", TEXT, "所属区划"),
        ("legal_representative", TEXT, "法定代表人"),
        ("phone", TEXT, "联系电话"),
        ("bank_account", TEXT, "收款账号"),
        ("address", TEXT, "地址"),
        ("listed_from", DAY, "入目录日期"),
        ("listed_to", DAY, "退出目录日期"),
    ],
    "assessor_scopes": [
        ("assessor_id", TEXT, "评价机构代码"),
        ("occupation_code", TEXT, "职业编码"),
        ("level", TEXT, "等级"),
        ("valid_from", DAY, "备案日期"),
        ("valid_to", DAY, "备案截止"),
    ],
    "projects": [
        ("project_code", TEXT, "项目编码"),
        ("division", TEXT, "所属区划"),
        ("training_kind", TEXT, "培训类型"),
        ("inclusive", FLAG, "普惠制"),
        ("occupation_code", TEXT, "职业编码"),
        ("occupation", TEXT, "职业(工种)"),
        ("level", TEXT, "等级"),
        ("standard_hours", INTEGER, "标准课时"),
        ("subsidy_standard", MONEY, "补贴标准"),
        ("subsidy_cap", MONEY, "顶额标准"),
        ("valid_from", DAY, "起始日期"),
        ("valid_to", DAY, "截止日期"),
    ],
    "classes": [
        ("class_id", TEXT, "班级编号|班次号"),
        ("project_code", TEXT, "项目编码"),
        ("organiser_id", TEXT, "培训主体代码"),
        ("division", TEXT, "办班区划"),
        ("mode", TEXT, "培训方式"),
        ("site", TEXT, "培训地点"),
        ("longitude", NUMBER, "经度"),
        ("latitude", NUMBER, "纬度"),
        ("start_date", DAY, "开班日期"),
        ("end_date", DAY, "结业日期"),
        ("planned_hours", INTEGER, "计划课时"),
        ("trainer_id", TEXT, "教师身份证号"),
        ("trainer_name", TEXT, "教师姓名"),
        ("headcount", INTEGER, "开班人数"),
        ("reviewer_id", TEXT, "审核机构代码"),
    ],
    "enrolments": [
        ("class_id", TEXT, "班级编号"),
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("name", TEXT, "姓名"),
        ("phone", TEXT, "手机号|联系电话"),
        ("category", TEXT, "人员类别"),
        ("employer_id", TEXT, "用人单位代码"),
        ("graduation_date", DAY, "毕业日期"),
        ("residence_division", TEXT, "户籍区划"),
        ("completed", FLAG, "是否结业"),
        ("exam_score", NUMBER, "结业成绩"),
    ],
    "attendance": [
        ("class_id", TEXT, "班级编号"),
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("session_date", DAY, "上课日期"),
        ("check_in", MOMENT, "签到时间"),
        ("check_out", MOMENT, "签退时间"),
        ("method", TEXT, "签到方式"),
        ("device_id", TEXT, "设备编号"),
        ("ip", TEXT, "IP地址"),
        ("longitude", NUMBER, "经度"),
        ("latitude", NUMBER, "纬度"),
        ("photo_hash", TEXT, "照片指纹"),
    ],
    "payroll": [
        ("employer_id", TEXT, "单位代码"),
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("name", TEXT, "姓名"),
        ("month", DAY, "工资所属月"),
        ("gross_pay", MONEY, "应发工资"),
        ("net_pay", MONEY, "实发工资"),
        ("paid_on", DAY, "发放日期"),
        ("bank_account", TEXT, "收款账号"),
        ("days_worked", INTEGER, "出勤天数"),
    ],
    "insurance": [
        ("employer_id", TEXT, "单位代码"),
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("month", DAY, "费款所属期"),
        ("insurance_kind", TEXT, "险种"),
        ("base", MONEY, "缴费基数"),
        ("paid_on", DAY, "缴费日期"),
    ],
    "certificates": [
        ("certificate_no", TEXT, "证书编号"),
        ("registry", TEXT, "登记平台"),
        ("kind", TEXT, "证书类别"),
        ("occupation_code", TEXT, "职业编码"),
        ("level", TEXT, "等级"),
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("name", TEXT, "姓名"),
        ("assessor_id", TEXT, "评价机构代码"),
        ("assessed_on", DAY, "评价日期"),
        ("issued_on", DAY, "发证日期"),
        ("theory_score", NUMBER, "理论成绩"),
        ("practice_score", NUMBER, "实操成绩"),
        ("first_issue", FLAG, "是否初次取证"),
        ("status", TEXT, "证书状态"),
    ],
    "claims": [
        ("claim_id", TEXT, "申领编号"),
        ("subsidy_kind", TEXT, "补贴类别"),
        ("division", TEXT, "审核区划"),
        ("claimant_id", TEXT, "申领单位代码"),
        ("payee_id", TEXT, "收款单位代码"),
        ("payee_account", TEXT, "收款账号"),
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("name", TEXT, "姓名"),
        ("class_id", TEXT, "班级编号"),
        ("certificate_no", TEXT, "证书编号"),
        ("occupation_code", TEXT, "职业编码"),
        ("month", DAY, "补贴所属月"),
        ("standard", MONEY, "补贴标准"),
        ("amount", MONEY, "补贴金额|申领金额"),
        ("claimed_on", DAY, "申领日期"),
        ("status", TEXT, "状态"),
        ("decided_on", DAY, "审核日期"),
        ("reject_reason", TEXT, "不通过原因"),
        ("agreement_no", TEXT, "协议编号"),
        ("batch_no", TEXT, "拨付批次"),
        ("reviewer_id", TEXT, "审核机构代码"),
        ("fund", TEXT, "资金来源"),
    ],
    "ledger": [
        ("voucher_no", TEXT, "凭证号"),
        ("division", TEXT, "区划"),
        ("booked_on", DAY, "记账日期"),
        ("direction", TEXT, "方向"),
        ("batch_no", TEXT, "拨付批次"),
        ("subsidy_kind", TEXT, "补贴类别"),
        ("counterparty_division", TEXT, "对方区划"),
        ("amount", MONEY, "金额"),
    ],
    "bank": [
        ("transaction_no", TEXT, "流水号"),
        ("division", TEXT, "开户区划"),
        ("booked_on", DAY, "交易日期"),
        ("direction", TEXT, "方向"),
        ("batch_no", TEXT, "附言批次"),
        ("payee_account", TEXT, "对方账号"),
        ("payee_name", TEXT, "对方户名"),
        ("amount", MONEY, "金额"),
        ("status", TEXT, "状态"),
    ],
    "reports": [
        ("division", TEXT, "区划"),
        ("month", DAY, "报表月份"),
        ("subsidy_kind", TEXT, "补贴类别"),
        ("persons", INTEGER, "补贴人次"),
        ("amount", MONEY, "支出金额"),
        ("task_persons", INTEGER, "培训任务完成人次"),
        ("opening_balance", MONEY, "期初余额"),
        ("closing_balance", MONEY, "期末余额"),
    ],
    "allocations": [
        ("division", TEXT, "区划"),
        ("year", INTEGER, "年度"),
        ("allocated", MONEY, "下达资金"),
        ("task_persons", INTEGER, "任务人数"),
    ],
    "status_registers": [
        ("id_number", TEXT, "身份证号|公民身份号码|证件号码"),
        ("name", TEXT, "姓名"),
        ("status_kind", TEXT, "名单类别"),
        ("from_date", DAY, "起始日期"),
        ("to_date", DAY, "截止日期"),
    ],
    "feedback": [
        ("inspection_id", TEXT, "检查编号"),
        ("case_id", TEXT, "线索编号"),
        ("subject_kind", TEXT, "对象类型"),
        ("subject_key", TEXT, "对象编号"),
        ("arm", TEXT, "抽查方式"),
        ("outcome", TEXT, "核查结论"),
        ("recovered_amount", MONEY, "追回金额"),
        ("checked_on", DAY, "核查日期"),
        ("checked_by", TEXT, "核查人"),
        ("note", TEXT, "说明"),
    ],
}

TYPES: dict[str, dict[str, Any]] = {
    source: {name: kind for name, kind, _ in columns} for source, columns in _COLUMNS.items()
}
HEADERS: dict[str, dict[str, list[str]]] = {
    source: {name: header.split("|") for name, _, header in columns} for source, columns in _COLUMNS.items()
}
# what makes a row of the source another row; payroll has no key
KEYS: dict[str, list[str]] = {
    "institutions": ["institution_id", "listed_from"],
    "assessor_scopes": ["assessor_id", "occupation_code", "level", "valid_from"],
    "projects": ["project_code", "valid_from"],
    "classes": ["class_id"],
    "enrolments": ["class_id", "id_number"],
    "attendance": ["class_id", "id_number", "session_date", "check_in"],
    "payroll": ["employer_id", "id_number", "month"],
    "insurance": ["employer_id", "id_number", "month", "insurance_kind"],
    "certificates": ["certificate_no", "registry", "occupation_code"],
    "claims": ["claim_id"],
    "ledger": ["voucher_no", "division"],
    "bank": ["transaction_no", "division"],
    "reports": ["division", "month", "subsidy_kind"],
    "allocations": ["division", "year"],
    "status_registers": ["id_number", "status_kind", "from_date"],
    "feedback": ["inspection_id", "case_id", "checked_on"],
}

Frames = dict[str, pl.DataFrame]


def empty(source: str) -> pl.DataFrame:
    return pl.DataFrame(schema=TYPES[source])


def frame(source: str, columns: Mapping[str, Any]) -> pl.DataFrame:
    """A canonical frame from columns; a column that is not given is empty, one that is not the source's is dropped."""
    given = pl.select(
        (
            value if isinstance(value, pl.Expr) else pl.lit(value if isinstance(value, pl.Series) else pl.Series(value))
        ).alias(name)
        for name, value in columns.items()
        if name in TYPES[source]
    )
    return given.select(
        (pl.col(name).cast(kind) if name in given.columns else pl.lit(None, dtype=kind)).alias(name)
        for name, kind in TYPES[source].items()
    )


def from_rows(source: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A canonical frame from rows; keys that are not the source's columns are left out."""
    names = TYPES[source]
    return pl.DataFrame([tuple(row.get(name) for name in names) for row in rows], schema=names, orient="row")


def canonical(source: str, table: pl.DataFrame) -> pl.DataFrame:
    """The source's columns in their order, sorted by key and then by everything else."""
    keys = KEYS[source]
    table = table.select(pl.col(name).cast(kind) for name, kind in TYPES[source].items())
    return table.sort([*keys, *(name for name in table.columns if name not in keys)], nulls_last=False)
