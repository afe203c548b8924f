"""Words and figures as the pages show them, in the visitor's language.

Belongs here: labels of codes, names of divisions, yuan and dates. Does not belong here: a page's own sentences, which stand
in its template in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assets.wording import COLUMNS, LABELS, source_labels
from models.divisions import division_names
from models.feature import read_features
from models.source import load_sources

LANGUAGES = ("zh", "en")
_ENGLISH: Mapping[str, str] = {
    "violation": "Violation", "lead": "Lead", "notice": "Notice", "new": "New", "open": "Open", "confirmed": "Confirmed",
    "dismissed": "Dismissed", "recovered": "Recovered", "gone": "Gone", "changed": "Changed",
    "viewer": "Viewer", "inspector": "Inspector", "officer": "Officer", "admin": "Administrator",
    "accepted": "Accepted", "partly": "Partly", "duplicate": "Duplicate", "superseded": "Superseded", "quarantined": "Quarantined",
}  # fmt: skip
_ROLES = {"viewer": "查阅", "inspector": "核查", "officer": "授权核查", "admin": "管理"}
_ACTIONS: Mapping[str, tuple[str, str]] = {
    "sign_in": ("登录", "signed in"), "sign_in_failed": ("登录失败", "failed to sign in"), "locked": ("锁定", "locked"),
    "sign_out": ("退出", "signed out"), "refused": ("拒绝", "refused"), "view_case": ("查看线索", "viewed a case"),
    "download": ("下载", "downloaded"), "reveal": ("查看原值", "revealed"), "judge": ("核查结论", "judged"),
    "sign_off": ("签发", "signed off"), "sign_off_withdrawn": ("撤回签发", "withdrew a signature"),
    "upload": ("交回工作簿", "returned a workbook"), "password": ("修改密码", "changed the password"),
    "account_added": ("新增账号", "account added"), "account_disabled": ("停用账号", "account disabled"),
    "account_enabled": ("启用账号", "account enabled"), "account_password": ("重设密码", "password reset"),
}  # fmt: skip


class Words:
    """`t`, `label`, `yuan`, ... of one language, for the templates."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "zh"
        self.zh = self.language == "zh"

    def t(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def label(self, column: str, code: Any) -> str:
        """What a code is called."""
        told = str(code if code is not None else "")
        if column == "role":
            return _ROLES.get(told, told) if self.zh else _ENGLISH.get(told, told)
        if column == "action":
            return self.t(*_ACTIONS.get(told, (told, told)))
        if column == "source":
            sources = load_sources()
            return sources[told].title[self.language] if told in sources else told or self.t("无法辨认", "unknown")
        if self.zh:
            return LABELS.get(column, {}).get(told, told)
        return _ENGLISH.get(told, told.replace("_", " "))

    def column(self, name: str) -> str:
        """A column's title."""
        return COLUMNS[name].title if self.zh and name in COLUMNS else name.replace("_", " ")

    def feature(self, name: str) -> str:
        """What a feature of the models is called."""
        features = read_features()
        return features[name].title[self.language] if name in features else name

    def place(self, code: str | None) -> str:
        """A division by its name, a county with its city's before it: there is many a 城区."""
        names = division_names()
        if not code:
            return self.t("全省", "province")
        own, city = names.get(code, code), names.get(f"{code[:4]}00", "")
        return own if code.endswith("00") or own.startswith(city) else f"{city}{own}"

    def title(self, row: Mapping[str, Any]) -> str:
        return str(row["title_zh"] if self.zh else row["title_en"])

    def explanation(self, row: Mapping[str, Any]) -> str:
        return str(row["explanation_zh"] if self.zh else row["explanation_en"])

    @staticmethod
    def yuan(value: Any) -> str:
        return "—" if value is None else f"{Decimal(str(value)):,.2f}"

    @staticmethod
    def percent(value: float | None) -> str:
        return "—" if value is None else f"{value:.0%}"

    @staticmethod
    def whole(value: Any) -> str:
        return "—" if value is None else f"{int(value):,}"

    def cell(self, name: str, value: Any) -> str:
        """One value of a report's table."""
        if value is None or value == "":
            return "—"
        if isinstance(value, bool):
            return self.t("是", "yes") if value else self.t("否", "no")
        if name in ("division", "city"):
            return self.place(str(value))
        if name.endswith("_share") or name == "share_of_cap":
            return f"{float(value):.1%}"
        if name == "year":
            return str(value)
        if name == "month":
            return str(value)[:7]
        if isinstance(value, Decimal | float):
            return f"{value:,.2f}"
        if isinstance(value, int):
            return f"{value:,}"
        return value_label(name, str(value)) if self.zh else str(value)


def value_label(column: str, value: str) -> str:
    """The Chinese label that the sources give a code of a column; the value itself where there is none."""
    return source_labels().get(column, {}).get(value, value)


def column_title(source: str, column: str) -> str:
    """What a source's column is called in Chinese."""
    sources = load_sources()
    if source in sources:
        return next((one.zh for one in sources[source].columns if one.name == column), column)
    return column
