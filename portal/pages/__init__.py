"""One router per kind of page. Each route says what it needs (`visitor: Sees`, see `portal/access.py`); the assembly refuses one that does not."""

from portal.pages import (
    administration,
    case,
    cases,
    delivered,
    downloads,
    judging,
    openid,
    own_account,
    publications,
    quality,
    reconciliation,
    revealing,
    rules,
    sign_in,
    signing,
    what_if,
)

ROUTERS = [
    sign_in.router, openid.router, publications.router, cases.router, case.router, revealing.router, judging.router,
    downloads.router, rules.router, delivered.router, reconciliation.router, signing.router, what_if.router, quality.router, own_account.router, administration.router,
]  # fmt: skip
