"""Plants for the signs in one person's or class's sessions: ghosts, short hours, overlaps, nights, lockstep."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.plants.registry import plant
from models.province.plants.scene import Row, Scene
from models.province.plants.workshop import FEW, SOME, Workshop, need, reject

MINUTE = timedelta(minutes=1)


@plant("ghost_trainee", "ghost", lambda n: [need("employment", size=(n + 4, n + 7))])
def ghost_trainee(w: Workshop, scene: Scene) -> None:
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 2]):
        mine = scene.sessions_of(person)
        scene.sessions = [row for row in scene.sessions if row["id_number"] != person["id_number"]]
        if at < w.n:
            w.hit(claim, "名册中有此人，却没有任何签到")
        elif at == w.n:
            scene.sessions.append(mine[0] | {"check_out": None})
            w.near(claim, "只签到过一次")
        else:
            w.near(reject(claim), "申领已被驳回")


def _trim(scene: Scene, person: Row, minutes: float) -> None:
    """Leaves the person exactly so many minutes of sessions."""
    left, kept = timedelta(minutes=minutes), []
    for row in scene.sessions_of(person):
        length = timedelta(minutes=170)
        row["check_out"] = row["check_in"] + min(length, left)
        left -= min(length, left)
        kept.append(row)
        if not left:
            break
    scene.sessions = [row for row in scene.sessions if row["id_number"] != person["id_number"]] + kept


@plant("hours_short", "shortened_training", lambda n: [need("employment", size=(n + 5, n + 8))])
def hours_short(w: Workshop, scene: Scene) -> None:
    half = scene.c["planned_hours"] * 45 / 2
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 3]):
        if at < w.n:
            _trim(scene, person, half - (1 if at % 2 == 0 else half // 2))
            w.hit(claim, "签到课时不足计划课时的一半")
        elif at == w.n:
            _trim(scene, person, half)
            w.near(claim, "签到课时恰为计划课时的一半")
        elif at == w.n + 1:
            _trim(scene, person, half / 3)
            for row in scene.sessions_of(person):
                row["check_out"] = None
            w.near(claim, "没有签退，无从计算课时")
        else:
            _trim(scene, person, half / 3)
            w.near(reject(claim), "申领已被驳回")


@plant(
    "sessions_overlap",
    "fake_training",
    lambda n: [
        need("employment", size=(n + 3, n + 5), window=(date(2021, 8, 2), date(2021, 8, 2)), city="1401"),
        need(
            "employment", size=(n + 3, n + 5), window=(date(2021, 8, 2), date(2021, 8, 2)), city="1401", style="evening"
        ),
    ],
)
def sessions_overlap(w: Workshop, daytime: Scene, evening: Scene) -> None:
    evening.own_project(occupation_code="4-07-05-01")
    seats = iter(evening.claimed())
    for at, (person, claim) in enumerate(daytime.claimed()[: w.n + 1]):
        seat, other = next(seats)
        evening.strip(seat)
        evening.replace(seat, person)
        late = {row["session_date"]: row for row in evening.sessions_of(person)}
        row = next(
            row
            for row in reversed(daytime.sessions_of(person))
            if row["session_date"] in late and row["check_in"].hour >= 13
        )
        row["check_out"] = late[row["session_date"]]["check_in"] + (11 if at < w.n else 10) * MINUTE
        for each in (row, late[row["session_date"]]):
            each["check_out"] = each["check_out"] or each["check_in"] + 170 * MINUTE
        key = "|".join([person["id_number"], *sorted((daytime.key, evening.key))])
        if at < w.n:
            w.hit(key, "同一人在两个线下班的签到时间重叠11分钟", [claim, other])
        else:
            w.near(key, "重叠恰为10分钟")


@plant(
    "night_class",
    "fake_training",
    lambda n: (
        [need("employment", size=FEW, style="evening") for _ in range(n + 1)]
        + [need("employment", size=FEW, style="online")]
    ),
)
def night_class(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        rows = sorted(scene.sessions, key=lambda row: (row["check_in"], row["id_number"]))
        if at == w.n:
            rows = rows[: (len(rows) - 1) // 2]
        for row in rows:
            start = row["check_in"].replace(hour=19, minute=0) if at > w.n else row["check_in"]
            by = start - row["check_in"] + timedelta(hours=4, minutes=28)
            row["check_in"] += by
            row["check_out"] = row["check_out"] and row["check_out"] + by
        if at < w.n:
            w.hit(scene.key, "线下班的签到集中在深夜", scene.class_claims())
        else:
            w.near(scene.key, "深夜签到不到一半" if at == w.n else "线上班可以在夜里学习")


@plant(
    "lockstep_attendance",
    "fake_training",
    lambda n: (
        [need("employment", size=SOME, style="whole") for _ in range(n + 2)]
        + [need("employment", size=SOME, style="whole", method="paper")]
    ),
)
def lockstep_attendance(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        day, rows = max(_by_day(scene).items(), key=lambda item: (len(item[1]), item[0]))
        assert len(rows) >= 12
        same = -(-len(rows) * 4 // 5) if at < w.n else (len(rows) * 4 - 1) // 5 if at == w.n else len(rows)
        for row in rows[:same]:
            row["check_in"] = row["check_in"].replace(hour=8, minute=24, second=37 if at <= w.n else 0)
        if at == w.n + 1:
            for row in scene.sessions:
                row["check_in"] = row["check_in"].replace(second=0)
        for i, row in enumerate(rows[same:]):
            row["check_in"] = row["check_in"].replace(hour=8, minute=26, second=i % 60)
        if at < w.n:
            w.hit(f"{scene.key}|{day}", "八成以上学员在同一秒签到", scene.class_claims())
        else:
            w.near(f"{scene.key}|{day}", ("同一秒签到的不到八成", "考勤只记到分钟", "纸质签到按课时登记")[at - w.n])


def _by_day(scene: Scene) -> dict[date, list[Row]]:
    days: dict[date, list[Row]] = {}
    for row in sorted(scene.sessions, key=lambda row: (row["session_date"], row["id_number"], row["check_in"])):
        days.setdefault(row["session_date"], []).append(row)
    return days


@plant("online_proxy", "fake_training", lambda n: [need("employment", size=SOME, style="online") for _ in range(n + 2)])
def online_proxy(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        _, rows = max(_by_day(scene).items(), key=lambda item: (len(item[1]), item[0]))
        people = sorted({row["id_number"] for row in rows})
        chosen = people[: 9 if at == w.n else 10]
        assert len(chosen) >= 9
        ip, device = f"10.9.{at}.{w.serial % 250}", f"SJ9{w.serial:05d}{at:02d}"
        for row in rows:
            if row["id_number"] in chosen:
                row.update(ip=ip, device_id=device if at <= w.n else f"{device}{chosen.index(row['id_number'])}")
        if at < w.n:
            claims = [claim for claim in scene.class_claims() if claim["id_number"] in chosen]
            w.hit(f"{ip}|{device}|{scene.key}", "一台设备一个地址一天内替十人上线上课", claims)
        else:
            w.near(f"{ip}|{device}|{scene.key}", "只有九人" if at == w.n else "同一地址但各用各的设备")
