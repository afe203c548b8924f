"""How a YAML file of the law is read: text first, cast second, judge third.

Belongs here: the strict YAML reader, and the helpers that refuse a key or a date with a helpful message.
Does not belong here: what a notice or a parameter is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

LAW = Path(__file__).resolve().parents[2] / "data" / "law"
OPEN_START, OPEN_END = date(1, 1, 1), date(9999, 12, 31)


class LawError(ValueError):
    """Something in a file of the law, or in a `--parameters` file, cannot be used; the message says what to do."""


class _TextOnly(yaml.BaseLoader):
    """Every scalar stays text (22:30:00 is no number of base sixty, 2021-12 no date), and no key may stand twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise LawError(
                f"第{line}行起，{'、'.join(twice)} 写了两次，请只留一个"
                f" / from line {line}: {', '.join(twice)} stands twice, keep one"
            )
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> Any:
    """The contents of a YAML file with every scalar as text; whatever is wrong with the file is a LawError."""
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_TextOnly)
    except LawError as error:
        raise LawError(f"{path.name}: {error}") from None
    except UnicodeDecodeError:
        raise LawError(f"{path.name}: 不是 UTF-8 编码，请另存为 UTF-8 / not UTF-8, save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "syntax"
        raise LawError(f"{path.name}: 第{line}行不是合法的 YAML / line {line} is not valid YAML: {problem}") from None
    except OSError as error:
        raise LawError(f"{path.name}: 无法读取，请核对 / cannot be read, check it: {error.strerror}") from None


def check_keys(item: Mapping[str, Any], required: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Refuse keys that nobody reads, and the lack of those that somebody needs."""
    required, allowed = list(required), [*required, *optional]
    for key in item:
        if key not in allowed:
            raise LawError(
                f"不认识的键「{key}」{nearest(key, allowed)}；可用：{'、'.join(allowed)}"
                f" / unknown key '{key}', allowed: {', '.join(allowed)}"
            )
    missing = [key for key in required if item.get(key) in (None, "")]
    if missing:
        raise LawError(f"缺少：{'、'.join(missing)}，请补上 / missing: {', '.join(missing)}, add it")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint like ``（是否 directed_cap？ did you mean directed_cap?）``, or nothing where no known word is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"（是否 {near[0]}？ did you mean {near[0]}?）" if near else ""


def parse_date(text: str, key: str) -> date:
    """An ISO date; anything else is refused by name."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise LawError(
            f"{key}「{text}」不是日期，请写成 2021-07-08 的样子 / {key} '{text}' is no date, write it like 2021-07-08"
        ) from None
