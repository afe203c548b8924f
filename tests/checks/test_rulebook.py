"""The printed rule book is what the rule files say today."""

from checks.rulebook import BOOK, rulebook


def test_the_book_is_fresh() -> None:
    assert BOOK.read_text(encoding="utf-8") == rulebook(), "docs/rulebook.md is stale: run `make book`"
