"""The pictures of cases that are about ties: a group of institutions, two rosters. One SVG per case, published beside the list.

Does not belong here: how a picture is drawn (`models/network_picture.py`, `models/roster_picture.py`).
"""

from __future__ import annotations

import duckdb
import polars as pl

from models.roster_picture import Roster, roster_picture
from models.sweeping import sweep

FOLDER = "pictures"


def case_pictures(connection: duckdb.DuckDBPyConnection, cases: pl.DataFrame) -> dict[str, str]:
    """`pictures/<case_id>.svg` -> its text, for every case of `collusive_group` and `recycled_roster` in ``cases``.

    The keys of these two rules are ids of institutions and classes, which are published as they are.
    """
    ids = {(rule, key): case for rule, key, case in cases.select("rule_id", "subject_key", "case_id").iter_rows()}
    drawn = {
        ("collusive_group", group): picture
        for group, picture in connection.execute("SELECT group_id, picture FROM institution_groups").fetchall()
    }
    for class_a, class_b, shared, expected, *described in connection.execute(_ROSTERS).fetchall():
        a, b = (Roster(one, sweep(name), starts, size) for one, name, starts, size in (described[:4], described[4:]))
        drawn["recycled_roster", f"{class_a}|{class_b}"] = roster_picture(a, b, shared, float(expected))
    return {f"{FOLDER}/{ids[subject]}.svg": text for subject, text in sorted(drawn.items()) if subject in ids}


_ROSTERS = """
    SELECT
        r.class_a, r.class_b, r.shared, r.expected,
        r.class_a, coalesce(o.name, r.organiser_a, ''), a.start_date, r.size_a,
        r.class_b, coalesce(p.name, r.organiser_b, ''), b.start_date, r.size_b
    FROM roster_pairs AS r
    JOIN hits.recycled_roster AS h ON h.class_a = r.class_a AND h.class_b = r.class_b
    JOIN classes AS a ON a.class_id = r.class_a
    JOIN classes AS b ON b.class_id = r.class_b
    LEFT JOIN organisations AS o ON o.institution_id = r.organiser_a
    LEFT JOIN organisations AS p ON p.institution_id = r.organiser_b
"""
