"""All mutants of a rule, judged, with the equivalent ones set aside; and how that is told.

`equivalents/<rule_id>.yaml` lists mutants that change nothing: {mutant: its name, reason: why}.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assets.tables import table_queries
from checks.rule import Rule
from models.plain_yaml import plain_yaml
from models.query import needed
from tests.mutation.kin import kin_mutants
from tests.mutation.operators import mutants_of
from tests.mutation.running import Bench, Trial, Verdict, changed_rule, readers, rebuilt
from tests.mutation.values import always_in_force, changed_values

EQUIVALENTS = Path(__file__).parent / "equivalents"


@dataclass(frozen=True)
class Report:
    """What became of the mutants of one rule or table.

    `stale`: listed as equivalent, but killed or not made. `failing`: examples that fail without any change; nothing was tried then.
    """

    name: str
    killed: int
    equivalent: int
    survivors: tuple[Verdict, ...]
    stale: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """The share of the non-equivalent that were killed."""
        return self.killed / max(1, self.killed + len(self.survivors))

    @property
    def clean(self) -> bool:
        return not (self.survivors or self.stale or self.failing)

    def lines(self) -> list[str]:
        """A line with the numbers, and one per survivor and stale reason."""
        head = f"{self.name:<32}{self.killed:>5} killed{self.equivalent:>4} equivalent{len(self.survivors):>4} survived{self.rate:>8.1%}"
        tails = [f"    {one.outcome}: {one.what}" for one in self.survivors]
        tails += [f"    no longer an equivalent: {what}" for what in self.stale]
        tails += [f"    fails without any change: {what}" for what in self.failing]
        return [head, *tails]


def equivalents(name: str) -> dict[str, str]:
    """Mutants of a rule (or `table.<name>`) that change nothing, and why."""
    path = EQUIVALENTS / f"{name}.yaml"
    if not path.exists():
        return {}
    return {item["mutant"]: item["reason"] for item in plain_yaml(path.read_text(encoding="utf-8"))}


def trials_of(bench: Bench) -> list[Trial]:
    """Every mutant of a rule: of its SQL, of the columns that it takes, of the values of the law that it reads."""
    rule = bench.rule
    changed = [*mutants_of(rule.query.sql), *kin_mutants(rule.query.sql, bench.connection())]
    changed = [mutant for mutant in changed if not _joins_what_is_always_there(mutant.what)]
    trials = [Trial(mutant.what, changed_rule(rule, mutant.sql)) for mutant in changed]
    after = readers("parameter", rule)
    return trials + [Trial(value.what, rule, (value.statement, *after)) for value in changed_values(rule)]


def _joins_what_is_always_there(what: str) -> bool:
    """A LEFT JOIN of a value that holds everywhere and always gives what the JOIN gives."""
    found = re.match(r"JOIN parameter AS .*?\.id = '([^']+)'.* → LEFT JOIN$", what)
    return found is not None and found[1] in always_in_force()


def judge(rule: Rule, folder: Path, sample: int | None = None, seed: int = 0) -> Report:
    """Try all mutants of a rule, or a seeded sample of them."""
    with Bench(rule, folder) as bench:
        if sample is None and (failing := bench.failing()):
            return Report(rule.rule_id, 0, 0, (), failing=tuple(failing))
        trials = trials_of(bench)
        if sample is not None and sample < len(trials):
            trials = random.Random(seed).sample(trials, sample)
        return _report(rule.rule_id, [bench.verdict(trial) for trial in trials], partly=sample is not None)


def judge_table(name: str, rules: Iterable[Rule], folder: Path) -> Report:
    """Try all mutants of a table: an example of any rule that reads it may kill them."""
    queries = table_queries()
    reading = [rule for rule in rules if name in needed(set(rule.query.reads), queries)]
    benches = [Bench(rule, folder) for rule in reading]
    try:
        mutants = mutants_of(queries[name].sql)
        mutants += kin_mutants(queries[name].sql, benches[0].connection()) if benches else []
        verdicts = []
        for mutant in mutants:
            found = Verdict(mutant.what, "unseen")
            for bench in benches:
                found = _graver(
                    found, bench.verdict(Trial(mutant.what, bench.rule, rebuilt({name: mutant.sql}, bench.rule)))
                )
                if found.outcome in ("killed", "stillborn"):
                    break
            verdicts.append(found)
    finally:
        for bench in benches:
            bench.__exit__()
    return _report(f"table.{name}", verdicts)


def _graver(one: Verdict, other: Verdict) -> Verdict:
    return one if one.outcome == "shown" and other.outcome == "unseen" else other


def _report(name: str, verdicts: Iterable[Verdict], partly: bool = False) -> Report:
    excused = equivalents(name)
    born = [verdict for verdict in verdicts if verdict.outcome != "stillborn"]
    survived = [verdict for verdict in born if verdict.outcome != "killed"]
    unexcused = tuple(verdict for verdict in survived if verdict.what not in excused)
    tried = {verdict.what for verdict in born}
    alive = {verdict.what for verdict in survived}
    stale = [what for what in excused if what not in alive and (what in tried or not partly)]
    return Report(name, len(born) - len(survived), len(survived) - len(unexcused), unexcused, tuple(stale))
