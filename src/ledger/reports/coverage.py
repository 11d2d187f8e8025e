"""Every sentence of a statement, with the commitments on record that it backs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ledger.drafting.sentences import Sentence, sentences
from ledger.events.kinds import Made, Reaffirmed
from ledger.events.lines import Entry
from ledger.events.statements import Quotable
from ledger.reports.columns import field
from ledger.reports.rows import Column, Row

FIELDS: Final = ("statement", "paragraph", "number", "heading", "sentence", "commitments", "events")
"""The fields of a row: `number` counts the sentences of the paragraph, `events` are ids."""


def _where(row: Row) -> str:
    return f"{row['paragraph']}.{row['number']}"


def _backs(row: Row) -> str:
    return "heading" if row["heading"] else "\n".join(row["commitments"]) or "–"


COLUMNS: Final = (
    Column("Where", _where, name=True),
    Column("Sentence", field("sentence")),
    Column("Backs", _backs, name=True),
)


def coverage(statement: str, text: str, backed: Iterable[Entry]) -> list[dict[str, Any]]:
    """A row for every sentence and heading of a text, in order.

    A sentence backs a commitment if the quote of an event in force (`backed`) has words of it. A quote may begin
    with the subject of one sentence and have its pledge in the next: then both back it.
    """
    quotable = Quotable(text)
    spans = [(span, entry) for entry in backed if (span := _span(quotable, entry)) is not None]
    rows = []
    for one, (start, end) in _placed(sentences(text), " ".join(quotable.blocks)):
        found = [entry for (begin, stop), entry in spans if begin < end and stop > start]
        rows.append(_row(statement, one, found))
    return rows


def _span(quotable: Quotable, entry: Entry) -> tuple[int, int] | None:
    fact = entry.fact
    if not isinstance(fact, Made | Reaffirmed) or fact.quote is None or fact.paragraph is None:
        return None
    return quotable.span(fact.quote, fact.paragraph)


def _placed(found: Sequence[Sentence], text: str) -> Iterable[tuple[Sentence, tuple[int, int]]]:
    """Each sentence with where it stands in the text, white space folded."""
    at = 0
    for one in found:
        start = max(text.find(one.text, at), at)
        at = start + len(one.text)
        yield one, (start, at)


def _row(statement: str, one: Sentence, found: Sequence[Entry]) -> dict[str, Any]:
    return {
        "statement": statement,
        "paragraph": one.paragraph,
        "number": one.number,
        "heading": one.heading,
        "sentence": one.text,
        "commitments": list(dict.fromkeys(str(getattr(entry.fact, "commitment", "")) for entry in found)),
        "events": [entry.id for entry in found],
    }
