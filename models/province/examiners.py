"""Who may examine what, looked up quickly: the city's assessors by scope, and those of other offices. No examination is held here."""

from __future__ import annotations

import zlib
from typing import Any

from models.province.institutions import Ground

Row = dict[str, Any]


class Examiners:
    """Built on a ground whose scopes are complete."""

    def __init__(self, ground: Ground) -> None:
        self._scopes: dict[str, list[Row]] = {}
        self._able: dict[str, set[tuple[str, str | None]]] = {}
        for row in ground.scopes:
            self._scopes.setdefault(row["assessor_id"], []).append(row)
            self._able.setdefault(row["occupation_code"], set()).add((row["assessor_id"], row["level"]))
        self._apart: dict[tuple[str, str], Row] = {}
        for row in ground.institutions:
            self._apart.setdefault((row.get("_apart") or "", row["division"][:4]), row)
        self._ground = ground

    def apart(self, role: str, city: str) -> Row:
        """The city's assessor of another office: `special` or `education`."""
        return self._apart[role, city]

    def able(self, occupation: str, level: str | None, city: str) -> list[Row]:
        """The city's assessors whose scope covers the occupation and level."""
        able = {who for who, up_to in self._able.get(occupation, ()) if level is None or up_to in (None, level)}
        return [row for row in self._ground.of_kind("assessor", city) if row["institution_id"] in able]

    def usual(self, organiser_id: str, occupation: str, level: str | None, city: str) -> Row:
        """Whom the organiser always sends its people to: schools have their assessor."""
        able = self.able(occupation, level, city)
        return able[zlib.crc32(organiser_id.encode()) % len(able)]

    def open_to_all(self, city: str) -> list[tuple[list[Row], Row]]:
        """The city's assessors that examine trades by level and some ability as well: their scopes of either kind."""
        found = []
        for assessor in self._ground.of_kind("assessor", city):
            scopes = self._scopes.get(assessor["institution_id"], [])
            levels = [row for row in scopes if row["level"]]
            abilities = [row for row in scopes if row["occupation_code"].endswith("-90")]
            if levels and abilities:
                found.append((levels, abilities[0]))
        return found
