"""Makes a whole made-up province on disk: files in HOME/inbox, the truth in HOME/truth. Nothing here reads a delivery."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from models.province.clean import claims_of, make_province
from models.province.large import PART, Order, write_large
from models.province.messy import write_files
from models.province.plant import plant
from models.province.truth import truth_frame, write_truth
from models.province.verdicts import verdicts, with_planted

MARKER = "simulated.json"


def simulate(
    home: Path,
    size: str | int = "tiny",
    seed: int = 1,
    clean: bool = False,
    progress: Callable[[str], None] | None = None,
    mechanisms: Iterable[str] | None = None,
    planted: bool = True,
) -> dict[str, Any]:
    """Writes a province of the size into the home: files as bureaus send them, or Parquet where it is too large for one piece. With clean=True nothing is wrong in it: no rule may hit. `mechanisms` limits the schemes to
    some (all when None); with planted=False no violations of single rules are added to them. Returns what was made, in numbers."""
    home = Path(home)
    tell = progress or (lambda message: None)
    inbox, truth_folder = home / "inbox", home / "truth"
    _make_room(inbox, truth_folder)
    tell(f"making a province of size {size}")
    claims = claims_of(size)
    if claims > PART:
        chosen = None if mechanisms is None else tuple(mechanisms)
        order = Order(home / "simulating", claims, seed, clean, chosen, planted)
        return _told(truth_folder, size, seed, clean, write_large(order, inbox, truth_folder, tell), tell)
    province = make_province(size, seed, () if clean else mechanisms)
    known = verdicts(province)
    truth = truth_frame(known.hits)
    if planted and not clean:
        tell("planting violations and near misses")
        before = province
        province, truth = plant(province, seed, known=known.hits)
        known = with_planted(known, before, province)
    tell("writing the files as bureaus send them")
    written = write_files(province, inbox, seed)
    write_truth(truth, truth_folder)
    known.write(truth_folder)
    if province.near_misses is not None:
        province.near_misses.write_csv(truth_folder / "near_misses.csv", include_bom=True)
    made = {
        "claims": len(province.tables["claims"]),
        "files": written.files,
        "unreadable_rows": written.unreadable_rows,
        "violations": len(truth),
        "rules": truth["rule_id"].n_unique(),
        "mechanisms": known.frames["classes"]["mechanism"].drop_nulls().n_unique(),
        "fake_classes": int(known.frames["classes"]["fake"].sum()),
        "rows": {source: len(table) for source, table in province.tables.items()},
    }
    return _told(truth_folder, size, seed, clean, made, tell)


def _told(
    truth_folder: Path, size: str | int, seed: int, clean: bool, made: dict[str, Any], tell: Callable[[str], None]
) -> dict[str, Any]:
    """The summary, kept beside the truth: it marks the inbox as one that a simulation filled."""
    summary = {"size": str(size), "seed": seed, "clean": clean} | made
    (truth_folder / MARKER).write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tell(
        f"{summary['files']} files with {summary['claims']} claims, {summary['violations']} violations of {summary['rules']} rules"
    )
    return summary


def _make_room(inbox: Path, truth_folder: Path) -> None:
    """An inbox of an earlier simulation is replaced; any other is left alone."""
    if inbox.exists() and any(inbox.iterdir()):
        if not (truth_folder / MARKER).exists():
            raise FileExistsError(
                f"{inbox} holds files that no simulation made (there is no {truth_folder / MARKER}). "
                "Simulate only into an empty inbox: choose another --home, or move these files away first."
            )
        shutil.rmtree(inbox)
    shutil.rmtree(truth_folder, ignore_errors=True)
    truth_folder.mkdir(parents=True)
    inbox.mkdir(parents=True, exist_ok=True)
