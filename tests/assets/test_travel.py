"""Travel files in both forms, and what is said of one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.travel import Travel, TravelError, read_travel


def written(folder: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path = folder / "路程.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_there_and_back_a_county_takes_its_city_and_an_unknown_place_the_farthest(
    tmp_path: Path, encoding: str
) -> None:
    travel = read_travel(written(tmp_path, "区划,往返小时\n140100,0.5\n140200,6\n140212,7.5\n", encoding))
    assert travel.to(["140105", "140212", "140213", "140900"]) == {
        "140105": 0.5,
        "140212": 7.5,
        "140213": 6.0,
        "140900": 7.5,
    }
    assert travel.guessed(["140105", "140900"]) == ["140900"]


def test_one_way_from_the_seat_is_doubled_in_whichever_direction_it_stands(tmp_path: Path) -> None:
    travel = read_travel(
        written(tmp_path, "from,to,hours\n140100,140200,3\n140300,140100,1\n140100,140400,2\n140200,140400,9\n")
    )
    assert travel.to(["140100", "140200", "140300", "140400"]) == {
        "140100": 0.0,
        "140200": 6.0,
        "140300": 2.0,
        "140400": 4.0,
    }


def test_without_a_file_every_place_takes_the_same() -> None:
    assert set(Travel().to(["140100", "140900"]).values()) == {2.0}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "空文件"),
        ("a,b\n1,2\n", "a,b"),
        ("区划,往返小时\n太原,2\n", "太原"),
        ("区划,往返小时\n140100,远\n", "第 2 行"),
        ("区划,往返小时\n140100,-1\n", "-1"),
        ("区划,往返小时\n140100,nan\n", "nan"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TravelError, match=told):
        read_travel(written(tmp_path, text))
