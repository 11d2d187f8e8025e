"""A draft as rows for a spreadsheet, and which of them a reviewer keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ledger.drafting.proposals import Drafted
from ledger.errors import BadInput

REVIEWED: Final = ("keep", "number", "sentence", "verdict", "rule", "why")
"""The columns that only a review has; `import` reads `keep` and passes over the others."""
COLUMNS: Final = (
    *("keep", "paragraph", "number", "sentence", "verdict", "rule", "why", "kind", "commitment", "parties"),
    *("occurred_on", "statement", "quote", "title", "theme", "nature", "strength", "due", "due_basis", "note"),
    *("place", "url", "text"),
)
MOST_IN_A_CELL: Final = 32_000
"""Characters; spreadsheets cut a cell at 32,767."""

_YES: Final = frozenset({"yes", "y", "x", "1", "true", "keep"})
_NO: Final = frozenset({"", "no", "n", "0", "false", "reject", "rejected"})


def kept(cell: str) -> bool:
    """Whether a reviewer keeps a row. Raises `BadInput` of a word that says neither."""
    word = cell.strip().lower()
    if word not in _YES | _NO:
        raise BadInput(f"keep: {cell!r} is neither yes nor no")
    return word in _YES


def rows(registered: dict[str, Any], drafted: Sequence[Drafted]) -> Iterator[dict[str, Any]]:
    """The statement first, then a row for each pledge or sentence without one."""
    yield {"keep": "yes"} | registered
    for one in drafted:
        told = {
            "paragraph": one.sentence.paragraph,
            "number": one.sentence.number,
            "sentence": one.sentence.text,
            "verdict": one.verdict.word,
            "rule": one.verdict.rule,
            "why": one.verdict.reason,
        }
        if not one.events:
            yield {"keep": "no"} | told
        for event in one.events:
            yield {"keep": "yes"} | told | event
