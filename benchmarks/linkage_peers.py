"""The peers of `link`, each with the comparisons and blocking of its own introduction: splink and recordlinkage.

Nothing here is part of the product; a peer that is not installed raises `Unavailable` with the reason.
"""

from __future__ import annotations

import logging

import polars as pl

from models.linkage.values import prepare

_SCHEMA = {"left": pl.String, "right": pl.String, "probability": pl.Float64}


class Unavailable(RuntimeError):
    """A peer that cannot be imported here; the message says why."""


def _prepared(records: pl.DataFrame, against: pl.DataFrame | None) -> tuple[list[pl.DataFrame], dict[str, str], str]:
    """The sources with values in one form, the kinds of their columns, and the key's name."""
    key = records.columns[0]
    both = records if against is None else pl.concat([records, against.select(records.columns)])
    table, kinds = prepare(both, None)
    whole = pl.concat([both.select(pl.col(key).cast(pl.String)), table], how="horizontal")
    return ([whole] if against is None else [whole.head(records.height), whole.tail(against.height)]), kinds, key


def _by_selectivity(table: pl.DataFrame, kinds: dict[str, str]) -> list[str]:
    """Columns from the one with most distinct values to the one with fewest."""
    return sorted(kinds, key=lambda name: (-table[name].n_unique(), name))


def splink(records: pl.DataFrame, against: pl.DataFrame | None) -> pl.DataFrame:
    """splink: levels of its comparison library per kind of column, blocking on each selective column, u by sampling, m by EM."""
    try:
        import splink.comparison_library as levels
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError as error:
        raise Unavailable(f"splink: {error}") from error
    logging.getLogger("splink").setLevel(logging.ERROR)
    sources, kinds, key = _prepared(records, against)
    comparisons = {
        "text": levels.JaroWinklerAtThresholds,
        "name": levels.NameComparison,
        "number": levels.LevenshteinAtThresholds,
        "date": levels.LevenshteinAtThresholds,
        "category": levels.ExactMatch,
    }
    order = _by_selectivity(sources[0], kinds)
    rules = [block_on(name) for name in order[:4]] + [block_on(order[4], order[5])]
    settings = SettingsCreator(
        link_type="dedupe_only" if against is None else "link_only",
        comparisons=[comparisons[kind](name) for name, kind in kinds.items()],
        blocking_rules_to_generate_predictions=rules,
        unique_id_column_name=key,
    )
    api = DuckDBAPI()
    frames = [source.to_pandas() for source in sources]
    tables = [api.register(frame) for frame in frames]
    linker = Linker(tables if against is not None else tables[0], settings)
    linker.training.estimate_probability_two_random_records_match([block_on(*order[:2])], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(order[0]))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(order[1]))
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    return pl.DataFrame(
        {
            "left": found[f"{key}_l"].tolist(),
            "right": found[f"{key}_r"].tolist(),
            "probability": found["match_probability"].tolist(),
        },
        schema=_SCHEMA,
    )


def recordlinkage(records: pl.DataFrame, against: pl.DataFrame | None) -> pl.DataFrame:
    """recordlinkage: blocking on each selective column, Jaro-Winkler or equality, its EM classifier."""
    try:
        import recordlinkage as peer
    except ImportError as error:
        raise Unavailable(f"recordlinkage: {error}") from error
    sources, kinds, key = _prepared(records, against)
    frames = [source.to_pandas().set_index(key) for source in sources]
    order = _by_selectivity(sources[0], kinds)
    index = peer.Index()
    for name in order[:4]:
        index.block(name)
    pairs = index.index(*frames)
    compare = peer.Compare()
    for name, kind in kinds.items():
        if kind in ("text", "name"):
            compare.string(name, name, method="jarowinkler", threshold=0.85, label=name)
        else:
            compare.exact(name, name, label=name)
    features = compare.compute(pairs, *frames)
    classifier = peer.ECMClassifier()
    classifier.fit(features)
    probability = [float(value) for value in classifier.prob(features)]
    left, right = pairs.get_level_values(0), pairs.get_level_values(1)
    return pl.DataFrame(
        {"left": left.astype(str).tolist(), "right": right.astype(str).tolist(), "probability": probability},
        schema=_SCHEMA,
    )
