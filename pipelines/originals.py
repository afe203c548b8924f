"""Originals in the inbox that are old and wholly read: what an operator may take out and keep elsewhere.

Belongs here: which they are. Nothing is moved or deleted: they are the evidence, and how long evidence is kept is the
bureau's decision. What was read of them stays in HOME/deliveries, on which every later scan rests.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from assets.deliveries import files_in
from assets.delivery_name import period_bounds, read_name
from assets.delivery_store import arrivals, content_hash, meta_of
from models.source import load_sources
from pipelines.home import Home


def archivable(home: Home, limit: date) -> Iterator[Path]:
    """Files of the inbox whose period ended before the limit, whose very bytes were read and no row of which was set aside."""
    known = {(one.file, one.sha256) for one in arrivals(home.deliveries)}
    sources = load_sources()
    for file, path in files_in(home.inbox)[0].items():
        bounds = period_bounds(read_name(file, sources).period)
        if bounds is None or bounds[1] >= limit:
            continue
        sha = content_hash(path)
        if (file, sha) not in known:
            continue
        meta = meta_of(home.deliveries, sha)
        if meta["status"] == "read" and not meta["rows_quarantined"]:
            yield path
