"""Pages from templates: what every page knows, and nothing of any page.

Belongs here: the template environment. Does not belong here: what a page shows (`pages/`), or its words (its template).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.access import Permission, Visitor
from portal.words import Words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
LANGUAGE_COOKIE = "language"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Every value is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["Permission"] = Permission
    return made


def words_of(request: Request) -> Words:
    return Words(request.cookies.get(LANGUAGE_COOKIE, "zh"))


def filled(template: str, words: Words, **more: Any) -> str:
    """A template as text, in the language of `words`."""
    known = {"w": words, "t": words.t, "label": words.label, "language": words.language}
    return environment().get_template(template).render(**known, **more)


def page(request: Request, template: str, *, status: int = 200, **more: Any) -> HTMLResponse:
    """A page. `here` is what the navigation marks; `publication` the one that is open."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    known = {
        "visitor": visitor, "csrf": visitor.session.csrf if visitor else "", "path": request.url.path,
        "publication": None, "here": "", **more,
    }  # fmt: skip
    return HTMLResponse(filled(template, words_of(request), **known), status_code=status)
