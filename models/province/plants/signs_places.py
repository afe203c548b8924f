"""Plants for the signs that join classes, places and pictures: trainers, devices, sites, photos, phones."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from models.province.plants.registry import plant
from models.province.plants.scene import Scene
from models.province.plants.workshop import FEW, Need, Workshop, need

KILOMETRE = 1 / 111.1949
"""a kilometre of latitude in degrees"""
LATER = (date(2021, 9, 20), date(2021, 9, 30))
EARLIER = (date(2021, 8, 1), date(2021, 8, 10))


def _pairs(count: int) -> list[Need]:
    return [
        need("employment", size=FEW, window=window, city="1407") for _ in range(count) for window in (EARLIER, LATER)
    ]


def _touch(first: Scene, second: Scene) -> date:
    """Moves the second class so that it starts on the first one's last day."""
    second.shift(first.c["end_date"] - second.c["start_date"])
    return first.c["end_date"]  # type: ignore[no-any-return]


def _site(scene: Scene, name: str, longitude: float, latitude: float) -> None:
    """The class was held elsewhere, and so were its check-ins, on terminals that stand there."""
    east, north = longitude - scene.c["longitude"], latitude - scene.c["latitude"]
    scene.c.update(site=name, longitude=round(longitude, 6), latitude=round(latitude, 6))
    for row in scene.sessions:
        if row["device_id"]:
            own = zlib.crc32((name + row["device_id"]).encode()) % 10**8
            row["device_id"] = f"DK{own:08d}"
        if row["longitude"] is not None:
            row.update(longitude=round(row["longitude"] + east, 6), latitude=round(row["latitude"] + north, 6))


def _apart(w: Workshop, first: Scene, second: Scene, kilometres: float) -> None:
    base = str(first.c["site"])
    _site(second, f"{base}分部{w.serial}", first.c["longitude"], first.c["latitude"] + kilometres * KILOMETRE)
    w.serial += 1


@plant("trainer_overlap", "fake_training", lambda n: _pairs(n + 2))
def trainer_overlap(w: Workshop, *scenes: Scene) -> None:
    for at, (first, second) in enumerate(zip(scenes[::2], scenes[1::2], strict=True)):
        day = _touch(first, second)
        for name in ("trainer_id", "trainer_name"):
            second.c[name] = first.c[name]
        _apart(w, first, second, 3)
        key = "|".join([str(first.c["trainer_id"]), *sorted((first.key, second.key)), str(day)])
        if at < w.n:
            w.hit(key, "同一教师同一天在两个地点上课", first.class_claims() + second.class_claims())
        elif at == w.n:
            second.c["site"] = first.c["site"]
            w.near(key, "两个班在同一地点合班上课")
        else:
            for row in second.sessions:
                if row["session_date"] == day:
                    row["check_in"] += timedelta(hours=10)
                    row["check_out"] = row["check_out"] and row["check_out"] + timedelta(hours=10)
            w.near(key, "白天一处，晚上一处，时间不重叠")


@plant("device_many_classes", "fake_training", lambda n: _pairs(n + 2))
def device_many_classes(w: Workshop, *scenes: Scene) -> None:
    for at, (first, second) in enumerate(zip(scenes[::2], scenes[1::2], strict=True)):
        day = _touch(first, second)
        _apart(w, first, second, 5.6 if at != w.n + 1 else 4.8)
        device = f"DK7{w.serial:04d}{at:03d}"
        for scene, minute in ((first, 30), (second, 89 if at < w.n else 91 if at == w.n else 40)):
            for row in scene.sessions:
                if row["session_date"] == day and row["check_in"].hour < 12:
                    moved = row["check_in"].replace(hour=8 + minute // 60, minute=minute % 60)
                    if at == w.n:
                        moved = moved.replace(second=0)
                    row.update(device_id=device, check_in=moved)
        key = f"{device}|{day}"
        people = {row["id_number"] for scene in (first, second) for row in scene.sessions if row["device_id"] == device}
        claims = [claim for scene in (first, second) for claim in scene.class_claims() if claim["id_number"] in people]
        if at < w.n:
            w.hit(key, "一台考勤机一小时内在相距5公里以上的两个班打卡", claims)
        else:
            w.near(key, "相隔61分钟" if at == w.n else "两处相距不到5公里")


@plant("far_from_site", "fake_training", lambda n: [need("employment", size=FEW) for _ in range(n + 2)])
def far_from_site(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        located = [
            row
            for row in sorted(scene.sessions, key=lambda row: (row["check_in"], row["id_number"]))
            if row["longitude"] is not None
        ]
        if at == w.n:
            located = located[: (len(located) - 1) // 2]
        kilometres = 4.95 if at == w.n + 1 else 5.05
        for row in located:
            row.update(longitude=scene.c["longitude"], latitude=round(scene.c["latitude"] + kilometres * KILOMETRE, 6))
        if at < w.n:
            w.hit(scene.key, "签到位置离办班地点超过5公里", scene.class_claims())
        else:
            w.near(scene.key, "远处的签到不到一半" if at == w.n else "签到位置离办班地点4.95公里")


@plant("photo_reused", "fake_training", lambda n: [need("employment", size=(n + 9, n + 11))])
def photo_reused(w: Workshop, scene: Scene) -> None:
    people = scene.claimed()
    for at in range(w.n):
        person, claim = people[at]
        rows = scene.sessions_of(person)
        photo = f"a5{w.serial:06d}{at:02d}c3d4e5"
        rows[0]["photo_hash"] = photo
        if at % 2 == 0:
            other, second = people[w.n + at // 2]
            scene.sessions_of(other)[0]["photo_hash"] = photo
            w.hit(photo, "两个人的签到用了同一张照片", [claim, second])
        else:
            next(row for row in rows if row["session_date"] > rows[0]["session_date"])["photo_hash"] = photo
            w.hit(photo, "同一张照片用在两天的签到上", [claim])
    mine, other_rows = scene.sessions_of(people[-1][0]), scene.sessions_of(people[-2][0])
    mine[0]["photo_hash"] = other_rows[0]["photo_hash"] = "f" * 16
    w.near("f" * 16, "全为f的照片指纹是空值")
    same = f"b7{w.serial:06d}00c3d4e5"
    twin = next(
        row for row in mine[1:] if any(each["session_date"] == row["session_date"] and each is not row for each in mine)
    )
    for row in mine:
        if row["session_date"] == twin["session_date"]:
            row["photo_hash"] = same
    w.near(same, "同一人同一天的两次签到")


@plant("phone_shared", "fake_training", lambda n: [need("employment", size=(7, 9)) for _ in range(n + 1)])
def phone_shared(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        phone = f"1990000{w.serial % 1000:03d}{at}"
        sharing = scene.claimed()[: 5 if at < w.n else 4]
        assert len(sharing) >= 4
        for person, _ in sharing:
            person["phone"] = phone
        if at < w.n:
            w.hit(phone, "五名学员登记同一个手机号", [claim for _, claim in sharing])
        else:
            w.near(phone, "四名学员共用一个手机号")
