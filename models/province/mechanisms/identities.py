"""Other identities of the same person: names that sound alike, numbers with another birth day or serial, the 15-digit form. No scheme is known here."""

from __future__ import annotations

import numpy as np

from models.province.mechanisms.stage import Row
from models.province.population import Population, id_numbers

ALIKE = (
    "丽莉立",
    "伟玮炜",
    "芳方",
    "静婧敬",
    "军君钧",
    "洋阳扬",
    "勇永咏",
    "艳燕彦",
    "杰洁",
    "涛滔",
    "明铭鸣",
    "秀绣",
    "霞侠",
    "平萍",
    "刚钢",
    "桂贵",
    "英瑛",
    "华桦",
    "玉裕钰",
    "兰岚",
    "红宏虹",
    "建健剑",
    "文雯",
    "辉晖",
    "慧惠",
    "春椿",
    "生胜",
    "志智治",
    "晓小",
    "飞菲",
    "晨辰",
    "浩皓昊",
    "俊峻骏",
    "凯楷",
    "嘉佳家",
    "欣新鑫",
    "怡宜仪",
    "峰锋",
    "斌彬宾",
    "琳林霖",
    "璐露",
    "瑶遥",
    "荣蓉容",
    "福富",
    "喜希",
    "振镇",
    "兴星",
    "子紫",
    "涵晗",
    "卫维",
    "宇雨羽",
    "强锵",
    "梅玫",
    "敏闽",
    "超朝",
)
HOMOPHONES = {one: [other for other in group if other != one] for group in ALIKE for one in group}


def sounds_alike(name: str, rng: np.random.Generator) -> str | None:
    """The name with one given character exchanged for one that sounds the same; None where no such character is known."""
    places = [at for at in range(1, len(name)) if name[at] in HOMOPHONES]
    if not places:
        return None
    at = places[int(rng.integers(len(places)))]
    others = HOMOPHONES[name[at]]
    return name[:at] + others[int(rng.integers(len(others)))] + name[at + 1 :]


def other_number(number: str, population: Population, rng: np.random.Generator, serial_only: bool = False) -> str:
    """A valid number near the given one that nobody bears: another day of the birth month, or the next serials."""
    for _ in range(500):
        body = int(number[:17])
        if serial_only or rng.random() < 0.5:
            body += 2 * int(rng.integers(1, 4))
        else:
            body += (int(rng.integers(1, 29)) - int(number[12:14])) * 1000
        if (
            body not in population.taken
            and body % 1000 > 0
            and str(body)[:14] >= number[:12]
            and body != int(number[:17])
        ):
            population.taken.add(body)
            return str(id_numbers(np.array([body]))[0])
    raise ValueError("no free number nearby")


def fifteen_digits(number: str) -> str | None:
    """The number as it stood on cards before 1999."""
    return number[:6] + number[8:17] if number[6:8] == "19" else None


def become(person: Row, number: str, name: str, phone: str | None) -> None:
    person.update(id_number=number, name=name, phone=phone)
