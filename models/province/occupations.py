"""What the made-up province teaches: occupations with their codes, and the lines of training with their usual shape. No places, no people."""

from __future__ import annotations

from dataclasses import dataclass

# code: name, hours of an elementary course, relative price
TRADES: dict[str, tuple[str, int, float]] = {
    "4-03-02-01": ("中式烹调师", 96, 1.0),
    "4-03-02-02": ("中式面点师", 80, 1.0),
    "4-10-01-05": ("养老护理员", 96, 1.05),
    "4-10-01-02": ("育婴员", 80, 1.0),
    "4-10-01-06": ("家政服务员", 80, 0.9),
    "4-10-03-01": ("美容师", 96, 1.0),
    "4-02-06-03": ("物流服务师", 64, 0.9),
    "4-01-02-01": ("营销员", 56, 0.8),
    "4-12-01-01": ("汽车维修工", 120, 1.15),
    "6-18-01-01": ("车工", 120, 1.2),
    "6-20-01-01": ("装配钳工", 120, 1.2),
    "6-29-01-01": ("砌筑工", 80, 1.0),
    "6-16-01-05": ("综采维修电工", 112, 1.2),
    "5-01-02-01": ("农艺工", 64, 0.85),
    "4-04-05-01": ("计算机程序设计员", 120, 1.15),
    "6-12-02-03": ("中药炮制工", 72, 0.95),
}
SPECIAL_OPERATION = {"6-31-01-03": "低压电工作业", "6-18-02-04": "熔化焊接与热切割作业"}
SPECIAL_EQUIPMENT = {"6-30-05-02": "叉车司机", "6-30-05-01": "起重机司机"}
ABILITIES = {"4-03-02-90": "刀削面制作", "6-09-03-90": "布艺老虎制作"}
STARTING_UP = {"4-07-03-04": "创办企业培训"}


@dataclass(frozen=True)
class Line:
    """One line of training: who runs it, for whom, how, and what it costs."""

    kind: str
    organisers: tuple[str, ...]
    categories: tuple[str, ...]
    level: str | None
    trades: tuple[str, ...]
    hours: float
    """times the trade's elementary hours; a fixed number where above 20"""
    price: float
    """yuan an hour; a fixed amount where above 1000"""
    certificate: str | None
    inclusive: bool = False


_TRADES = tuple(TRADES)
LINES: dict[str, Line] = {
    "employment": Line(
        "employment",
        ("training", "college"),
        ("rural", "unemployed", "flexible", "graduate"),
        "5",
        _TRADES,
        1.0,
        13.5,
        "skill_level",
        True,
    ),
    "upskilling": Line(
        "upskilling",
        ("enterprise", "training"),
        ("employee", "sole_proprietor_staff", "nonprofit_staff"),
        "4",
        _TRADES[:12],
        0.5,
        18,
        "skill_level",
    ),
    "apprenticeship": Line(
        "apprenticeship", ("enterprise",), ("employee",), "4", _TRADES[8:13], 160, 5000, "skill_level"
    ),
    "directed": Line(
        "directed", ("training", "enterprise"), ("flexible", "unemployed"), "3", _TRADES[8:13], 240, 6800, "skill_level"
    ),
    "special": Line(
        "project",
        ("training", "college"),
        ("rural", "flexible"),
        None,
        tuple(SPECIAL_OPERATION),
        72,
        12,
        "special_operation",
    ),
    "equipment": Line(
        "project", ("training",), ("rural", "flexible"), None, tuple(SPECIAL_EQUIPMENT), 64, 12, "special_equipment"
    ),
    "ability": Line(
        "project", ("training", "college"), ("rural", "unemployed"), None, tuple(ABILITIES), 48, 11, "special_ability"
    ),
    "startup": Line(
        "entrepreneurship",
        ("training", "college"),
        ("graduate", "unemployed"),
        None,
        tuple(STARTING_UP),
        80,
        15,
        None,
        True,
    ),
}
OCCUPATIONS = (
    {code: facts[0] for code, facts in TRADES.items()} | SPECIAL_OPERATION | SPECIAL_EQUIPMENT | ABILITIES | STARTING_UP
)
PERSON_CATEGORIES_WITH_EMPLOYER = {
    "employee": "enterprise",
    "sole_proprietor_staff": "sole_proprietor",
    "nonprofit_staff": "private_nonprofit",
}
# the notice's amounts for a certificate (九（二）), and what the cities paid before it
CERTIFICATE_AMOUNTS = {
    "special_ability": 200,
    "special_operation": 400,
    "special_equipment": 400,
    "5": 400,
    "4": 600,
    "3": 800,
}
EARLIER_AMOUNTS = {
    "special_ability": 180,
    "special_operation": 300,
    "special_equipment": 300,
    "5": 300,
    "4": 500,
    "3": 700,
}
