"""What of the home has been kept long enough: what goes by age, what stays and why, and the deletion itself.

Belongs here: ages, and taking files away with a line in HOME/logs/retention.jsonl for each. Does not belong here: which sealed
values are still named (`assets/keys.py`, `assets/named_pseudonyms.py`). Ages count back from the newest as-of date of a publication,
so that an installation that rests does not grow old; an as-of date in the future counts as today.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from assets.chain import PublicationProblem, previous_publication, publications, read_manifest, sums_hash
from assets.delivery_name import period_bounds, read_name
from assets.delivery_store import arrivals
from assets.keys import SEALED, forget_sealed, sealed_pseudonyms
from assets.named_pseudonyms import named_pseudonyms
from models.source import load_sources
from pipelines.home import Home

LOG = "retention.jsonl"
_REVEALED, _BROKEN_OFF, _SEALED_VALUES, _SCAN_LOG = "revealed", "revealed broken off", "sealed values", "scan log"


class RetentionProblem(RuntimeError):
    """Nothing can be said of ages, or something could not be deleted; the message says why, and what to do."""


@dataclass(frozen=True)
class Going:
    """One thing that is too old: what, under which name, how many files or values, bytes, and the hash that proves which it was."""

    kind: str
    name: str
    count: int
    bytes: int
    sha256: str = ""


@dataclass(frozen=True)
class Staying:
    """What stays whatever its age, or for now: how many, bytes, and why."""

    kind: str
    count: int
    bytes: int
    why: str


@dataclass(frozen=True)
class Retention:
    """What goes and what stays, for a limit in years; whatever is older than `limit` is too old."""

    years: int
    newest: date
    limit: date
    goes: tuple[Going, ...]
    stays: tuple[Staying, ...]


def look(home: Home, years: int, today: date) -> Retention:
    """What would go, without changing anything. Raises RetentionProblem where no publication tells an as-of date."""
    masked = {path: _as_of(path) for path in publications(home.publications)}
    newest = _newest(home, today)
    limit = _years_before(newest, years)
    old, held_back = _revealed(home, limit)
    broken_off = [
        Going(_BROKEN_OFF, path.name, *_size(path)) for path in sorted(home.revealed.glob(".*.*")) if _a_folder(path)
    ]
    goes = [*old, *broken_off, *_sealed(home, limit), *_logs(home, limit)]
    return Retention(years, newest, limit, tuple(goes), tuple(_staying(home, limit, masked, held_back)))


def delete(home: Home, years: int, today: date, *, wait: float, say: Callable[[str], None]) -> Retention:
    """Delete what `look` names, as it is when the home is held; the line in the log comes before each deletion."""
    _newest(home, today)  # before a home is made where there is none
    with home.held("retain", wait, say):
        found = look(home, years, today)
        try:
            for one in found.goes:
                _log(home, found, one)
                _delete(home, one, found.limit)
        except OSError as error:
            raise RetentionProblem(
                f"没有删完：{home.root}（{error.strerror}）。请检查权限后再运行一次，会接着删。 / "
                f"Not all was deleted ({error.strerror}): check the modes and run it again, it goes on from there."
            ) from error
    return found


def _newest(home: Home, today: date) -> date:
    dates = [day for path in publications(home.publications) if (day := _as_of(path)) is not None]
    if not dates:
        raise RetentionProblem(
            f"{home.root} 里没有可读的发布，不知道数据截至哪天：先运行 skillwatch scan。 / "
            f"No readable publication in {home.root}, so nothing has an age: run skillwatch scan first."
        )
    return min(max(dates), today)


def _delete(home: Home, one: Going, limit: date) -> None:
    if one.kind == _SEALED_VALUES:
        forget_sealed(home.root, keep=_still_named(home, limit))
    elif one.kind == _SCAN_LOG:
        (home.root / "logs" / one.name).unlink()
    else:
        path = home.revealed / one.name
        if one.kind == _REVEALED:  # out of the line at once: half a publication would stop the next scan
            path = path.rename(home.revealed / f".{one.name}.{os.getpid()}.{secrets.token_hex(4)}")
        for file in path.rglob("*"):
            if file.is_file() and not file.is_symlink():
                file.chmod(0o600)  # Windows deletes no read-only file
        shutil.rmtree(path)


def _revealed(home: Home, limit: date) -> tuple[list[Going], list[Path]]:
    """Old revealed publications from the start of their line, and old ones that stand behind a younger one: without
    those the line would have two ends, and the next revealed scan could follow neither."""
    by_hash = {sums_hash(path): path for path in publications(home.revealed) if _a_folder(path)}
    digests = {path: digest for digest, path in by_hash.items()}
    old = {path for path in digests if (day := _as_of(path)) is not None and day < limit}
    going: list[Path] = []
    while more := sorted(path for path in old - set(going) if _before(path, by_hash) in {None, *going}):
        going += more
    told = [Going(_REVEALED, path.name, *_size(path), digests[path]) for path in going]
    return told, sorted(old - set(going))


def _before(path: Path, by_hash: dict[str, Path]) -> Path | None:
    named = read_manifest(path).get("previous")
    return by_hash.get(named["sha256sums"]) if named else None


def _sealed(home: Home, limit: date) -> list[Going]:
    sealed = sealed_pseudonyms(home.root)
    gone = sealed - _still_named(home, limit) if sealed else set()
    if not gone:
        return []
    size = (home.sealed / SEALED).stat().st_size
    return [Going(_SEALED_VALUES, SEALED, len(gone), size * len(gone) // len(sealed))]


def _still_named(home: Home, limit: date) -> set[str]:
    """What the younger publications name, those that tell no date, and the end of the line: the one that stands."""
    try:
        end = previous_publication(home.publications)
        return {
            pseudonym
            for path in publications(home.publications)
            if (day := _as_of(path)) is None or day >= limit or path == end
            for pseudonym in named_pseudonyms(path)
        }
    except (PublicationProblem, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise RetentionProblem(
            f"{home.publications} 里有损坏的发布，不知道哪些化名还在用，什么也没有删：请运行 skillwatch verify --chain。 / "
            "A publication is damaged, so nobody knows which pseudonyms are still named; nothing was deleted: "
            "run skillwatch verify --chain."
        ) from error


def _logs(home: Home, limit: date) -> Iterator[Going]:
    """Months of scans that had ended before the limit."""
    for path in sorted((home.root / "logs").glob("scan-*.jsonl")):
        bounds = period_bounds(path.stem.removeprefix("scan-"))
        if bounds is not None and bounds[1] < limit:
            yield Going(_SCAN_LOG, path.name, *_size(path))


def _staying(home: Home, limit: date, masked: dict[Path, date | None], held_back: list[Path]) -> Iterator[Staying]:
    old = [path for path, day in masked.items() if day is not None and day < limit]
    yield _stay("masked publications", old, "已遮盖，签名链要完整 / masked, and the signed chain has to stay whole")
    yield _stay("revealed publications", held_back, "前面还有更新的发布 / a younger one stands before it in the line")
    portal = home.root / "portal"
    kept = [path for name in ("audit.jsonl", "audit.head") if (path := portal / name).is_file()]
    yield _stay("audit log", kept, "审计日志只增不减 / append-only")
    why = "不按年限自动删除，见 operator.md“保存期限” / not deleted by age: rules compare across years, see operator.md"
    yield _stay("deliveries", _old_deliveries(home, limit), why)


def _old_deliveries(home: Home, limit: date) -> list[Path]:
    """What was read of contents all of whose names tell a period that had ended before the limit."""
    ends: dict[str, list[date]] = {}
    sources = load_sources()
    for one in arrivals(home.deliveries):
        bounds = period_bounds(read_name(one.file, sources).period)
        ends.setdefault(one.sha256, []).append(bounds[1] if bounds else date.max)
    old = sorted(sha for sha, days in ends.items() if max(days) < limit)
    return [path for sha in old if (path := home.deliveries / f"{sha}.parquet").is_file()]


def _stay(kind: str, paths: list[Path], why: str) -> Staying:
    return Staying(kind, len(paths), sum(_size(path)[1] for path in paths), why)


def _size(path: Path) -> tuple[int, int]:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return len(files), sum(one.stat().st_size for one in files)


def _a_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _as_of(publication: Path) -> date | None:
    try:
        return date.fromisoformat(read_manifest(publication)["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _log(home: Home, found: Retention, one: Going) -> None:
    """Before the deletion: a line too many is better than a deletion of which nothing tells."""
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "years": found.years,
        "newest": found.newest.isoformat(),
        "limit": found.limit.isoformat(),
        **asdict(one),
    }
    folder = home.root / "logs"
    folder.mkdir(exist_ok=True)
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(told, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
