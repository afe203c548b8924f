"""Plants violations and lawful near misses into a province and writes down the truth. The plants themselves are in plants/, one function a rule."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from models.province.claims import decide
from models.province.clean import Province, assemble, institution_maker
from models.province.institutions import Ground
from models.province.money import settle
from models.province.plants import (  # noqa: F401  (importing a module registers its plants)
    amounts,
    books,
    catalogues,
    claiming,
    coverage,
    limits,
    payments,
    persons,
    signs_places,
    signs_sessions,
    signs_work,
    standards,
    third_parties,
    work_training,
)
from models.province.plants.registry import PLANTS
from models.province.plants.scene import Row, Scene
from models.province.plants.workshop import Truth, Workshop
from models.province.population import Population, rng_for
from models.province.schema import TYPES, Frames, canonical, from_rows
from models.province.truth import near_frame, truth_frame

SERIALS = 484
"""numbers that the plants of one part of a province may use up; a multiple of the number of cities"""
SCENE_SOURCES = {
    "enrolments": "people",
    "attendance": "sessions",
    "certificates": "certificates",
    "claims": "claims",
    "payroll": "payroll",
    "insurance": "insurance",
}


@dataclass
class _Stock:
    """Classes made for the plants, and rows about people in them that belong to no scene."""

    scenes: list[Scene]
    registers: pl.DataFrame


def plant(
    province: Province, seed: int, per_rule: int = 3, rules: Iterable[str] | None = None, known: Iterable[Truth] = ()
) -> tuple[Province, pl.DataFrame]:
    """A province with at least `per_rule` violations and some near misses of each rule, and the truth: what is wrong in it.

    `rules` limits the plants to some rules; `known` are hits that the province holds already. The given province is not changed. The quota of directed training (30,000 persons) is
    out of reach of any size that a test has, and has no plant."""
    chosen = sorted(PLANTS if rules is None else set(rules))
    unknown = [rule for rule in chosen if rule not in PLANTS]
    if unknown:
        raise ValueError(f"no plant for {', '.join(unknown)}; there are plants for {', '.join(sorted(PLANTS))}")
    ground = _own_ground(province.ground)
    population = Population(ground.territory, rng_for(seed, "plant people"))
    for source, column in (
        ("enrolments", "id_number"),
        ("certificates", "id_number"),
        ("claims", "id_number"),
        ("status_registers", "id_number"),
        ("classes", "trainer_id"),
    ):
        population.remember(province.tables[source][column])
    workshop = Workshop(
        per_rule, ground, population, institution_maker(ground, seed, "plant institutions"), rng_for(seed, "plants")
    )
    workshop.serial = ground.territory.share.at * SERIALS
    stock = _stock(province, workshop, chosen, seed)
    scenes = iter(stock.scenes)
    for rule in chosen:
        workshop.rule, workshop.mechanism = rule, PLANTS[rule].mechanism
        PLANTS[rule].make(workshop, *[next(scenes) for _ in PLANTS[rule].needs(per_rule)])
    tables = _join(province, workshop, stock)
    tables |= _settle(province, workshop, tables, chosen)
    planted = replace(
        province,
        tables={source: canonical(source, tables[source]) for source in TYPES},
        ground=ground,
        near_misses=near_frame(workshop.truths),
    )
    return planted, truth_frame([*known, *workshop.truths])


def _own_ground(ground: Ground) -> Ground:
    return replace(
        ground,
        institutions=[dict(row) for row in ground.institutions],
        scopes=[dict(row) for row in ground.scopes],
        projects=[dict(row) for row in ground.projects],
    )


def _stock(province: Province, workshop: Workshop, chosen: list[str], seed: int) -> _Stock:
    """The classes that the plants asked for, made by the same hands as the province's own."""
    assert province.planner is not None
    planner = replace(
        province.planner,
        ground=workshop.ground,
        population=workshop.population,
        rng=rng_for(seed, "plant classes"),
        lone_trainers=True,
        trainers={},
        sites=copy.deepcopy(province.planner.sites),
    )
    needs = [each for rule in chosen for each in PLANTS[rule].needs(workshop.n)]
    classes = [planner.plan(each.line, each.window, each.size, **each.wishes) for each in needs]
    if not classes:
        return _Stock([], province.tables["status_registers"].head(0))
    made = assemble(workshop.ground, planner, classes, rng_for(seed, "plant lives"), 0, extra=True)
    made["claims"] = decide(made.pop("_claims"), rng_for(seed, "plant decisions"), 0, 0.0, None)
    scenes = [Scene(c, workshop.ground) for c in classes]
    by_class = {scene.key: scene for scene in scenes}
    owner = {number: by_class[key] for key, number in made["enrolments"].select("class_id", "id_number").rows()}
    for source, slot in SCENE_SOURCES.items():
        for row in made[source].iter_rows(named=True):
            getattr(owner[row["id_number"]], slot).append(row)
    # plants move classes in time; a register that was lawful beside the class might not be so afterwards
    strangers = made["status_registers"].filter(~pl.col("id_number").is_in(list(owner)))
    return _Stock(scenes, strangers)


def _join(province: Province, workshop: Workshop, stock: _Stock) -> Frames:
    """The province's tables with everything that the plants made."""
    rows: dict[str, list[Row]] = {source: list(given) for source, given in workshop.rows.items()}
    rows.setdefault("classes", []).extend(scene.c for scene in stock.scenes)
    for source, slot in SCENE_SOURCES.items():
        if source != "claims":
            for scene in stock.scenes:
                rows.setdefault(source, []).extend(getattr(scene, slot))
    for crew in workshop.crews:
        rows.setdefault("payroll", []).extend(crew.payroll)
        rows.setdefault("insurance", []).extend(crew.insurance)
    workshop.claims += [claim for scene in stock.scenes for claim in scene.claims]
    _number_claims(workshop.claims, len(province.tables["claims"]) + 1)
    tables = dict(province.tables) | workshop.ground.frames()
    for source, added in rows.items():
        tables[source] = pl.concat([tables[source], from_rows(source, added)])
    tables["status_registers"] = pl.concat([tables["status_registers"], stock.registers])
    return tables


def _number_claims(claims: list[Row], serial: int) -> None:
    own = [claim for claim in claims if "_twin" not in claim]
    own.sort(
        key=lambda claim: (
            claim["claimed_on"],
            claim["division"],
            claim["subsidy_kind"],
            claim["id_number"],
            str(claim["month"]),
            claim["amount"],
            claim["claimant_id"],
            str(claim["class_id"]),
            str(claim["certificate_no"]),
            str(claim["occupation_code"]),
        )
    )
    for at, claim in enumerate(own, start=serial):
        claim["claim_id"] = f"BT{claim['division']}{claim['claimed_on']:%y%m%d}{at:06d}"
    for claim in claims:
        if "_twin" in claim:
            claim["claim_id"] = claim["_twin"]["claim_id"]


def _settle(province: Province, workshop: Workshop, tables: Frames, chosen: list[str]) -> dict[str, Any]:
    """Pays everything anew, so that the money agrees, and then lets the plants for the books do their work."""
    claims = pl.concat(
        [
            province.tables["claims"].with_columns(batch_no=pl.lit(None, dtype=pl.String)),
            from_rows("claims", workshop.claims),
        ]
    )
    unbatched = tuple(claim["claim_id"] for claim in workshop.claims if claim.get("_unbatched"))
    settled = settle(claims, workshop.ground, province.seed, province.poor, unbatched, workshop.vouchers)
    old = settled["claims"].head(len(province.tables["claims"]))
    batch = dict(settled["claims"].filter(pl.col("batch_no").is_not_null()).select("claim_id", "batch_no").rows())
    for claim in workshop.claims:
        claim["batch_no"] = claim.get("_batch") or (batch.get(claim["claim_id"]) if claim["status"] == "paid" else None)
    for claim in workshop.claims:
        if "_batch_of" in claim:
            claim["batch_no"] = claim["_batch_of"]["batch_no"]
    busy = {
        (claim["division"], claim["batch_no"])
        for claim in workshop.claims
        if claim.get("_raise") or claim.get("_refuse") or claim.get("_batch_of")
    }
    desk = books.Books(
        claims=old.to_dicts() + workshop.claims,
        ledger=settled["ledger"].to_dicts(),
        bank=settled["bank"].to_dicts(),
        reports=settled["reports"].to_dicts(),
        allocations=settled["allocations"].to_dicts(),
        busy=busy,
    )
    for make in books.AFTER_SETTLING:
        make(workshop, desk, chosen)
    return {
        "claims": pl.concat([old, from_rows("claims", workshop.claims)]),
        **{name: from_rows(name, getattr(desk, name)) for name in ("ledger", "bank", "reports", "allocations")},
    }
