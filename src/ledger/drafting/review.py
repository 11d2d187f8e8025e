"""A draft as rows that a person reviews in a spreadsheet, and what the rows say when they come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ledger.drafting.resaved import kept
from ledger.errors import BadInput
from ledger.events.kinds import DESCRIPTION_FIELDS
from ledger.events.statements import paragraphs

if TYPE_CHECKING:
    from ledger.drafting.proposals import Drafted

Origins = Mapping[str, tuple[str | None, str | None]]
"""The (statement, quote) that each commitment on record began with: None where that was no statement."""

JUDGED: Final = ("paragraph", "number", "sentence", "verdict", "rule", "reason")
"""What stands in the row of every sentence."""
OWN: Final = ("keep", "number", "sentence", "verdict", "rule", "reason", "candidates", "quote_paragraph")
"""The columns that are for the reviewer alone; no event has them."""
_PROPOSED: Final = (
    *("commitment", "candidates", "kind", "parties", "quote", "quote_paragraph"),
    *("title", "theme", "nature", "strength", "due", "due_basis", "note", "occurred_on", "statement"),
)
_OF_STATEMENT: Final = ("place", "url", "text")
MOST_IN_A_CELL: Final = 32_000
"""Characters; a spreadsheet cuts a cell at 32,767, and guarding it takes some."""


# Going out


def rows(
    registered: Mapping[str, Any], drafted: Sequence[Drafted], candidates: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """A row for each proposed event, or sentence without one, and the statement in the last, as it is to register.

    `candidates` tells for each event, in order, what is on record like it; it may be shorter.
    """
    like = iter(candidates)
    for one in drafted:
        told = dict(
            zip(
                JUDGED,
                (
                    one.sentence.paragraph,
                    one.sentence.number,
                    _cut(one.sentence.text),
                    one.verdict.word,
                    one.verdict.rule,
                    one.verdict.reason,
                ),
                strict=True,
            )
        )
        for event in one.events:
            told_of_quote = {"quote_paragraph": event["paragraph"], "candidates": next(like, None)}
            yield {name: event[name] for name in event if name != "paragraph"} | told_of_quote | told
        if not one.events:
            yield told
    yield {"sentence": registered["title"], "verdict": "the statement"} | _in_cells(registered)


def distinct(drafted: Sequence[Drafted], origins: Origins) -> None:
    """Give the events whose names are on record for something else names of their own: whether they are the same
    is for the reviewer to say.
    """
    taken = {event["commitment"] for one in drafted for event in one.events}
    for event in (event for one in drafted for event in one.events if _is_of_another(event, origins)):
        base, n = event["commitment"], 2
        while event["commitment"] in taken or _is_of_another(event, origins):
            event["commitment"] = f"{base}-{n}"
            n += 1
        taken.add(event["commitment"])


def columns(registered: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a draft: as many for the text as it fills cells."""
    parts = [name for name in _in_cells(registered) if name.startswith("text_")]
    return (*JUDGED, "keep", *_PROPOSED, *_OF_STATEMENT, *parts)


def _in_cells(registered: Mapping[str, Any]) -> dict[str, Any]:
    """A text that is too long for a cell goes on in the next: `text`, `text_2`, … each of whole paragraphs."""
    text = registered["text"]
    parts = [text] if len(text) <= MOST_IN_A_CELL else []
    for block in paragraphs(text) if not parts else ():
        if parts and len(parts[-1]) + len(block) + 2 <= MOST_IN_A_CELL:
            parts[-1] += f"\n\n{block}"
        else:
            parts.append(block)
    if any(len(part) > MOST_IN_A_CELL for part in parts):
        raise BadInput("a paragraph is too long for a spreadsheet's cell; use --format jsonl")
    names = ["text", *(f"text_{n}" for n in range(2, len(parts) + 1))]
    return dict(registered) | dict(zip(names, parts, strict=True))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_IN_A_CELL else f"{text[: MOST_IN_A_CELL - 1]}…"


# Coming back


@dataclass(slots=True)
class Review:
    """What a reviewed draft comes to.

    `origins` tells the (statement, quote) that each commitment on record began with, once it is asked;
    `rejected` and `waiting` count the rows that propose something and are not recorded: a person said no, or
    has said nothing yet.
    """

    origins: Callable[[], Origins] = dict
    rejected: int = 0
    waiting: int = 0
    _named: set[str] = field(default_factory=set)
    _on_record: Origins | None = None

    def decided(self, row: Mapping[str, str]) -> bool:
        """Whether an event comes of the row. Raises `BadInput` if it is kept, and proposes nothing."""
        keep = kept(row.get("keep", ""))
        proposes = bool(row.get("kind"))
        if keep and not proposes:
            raise BadInput(
                "it is kept, and proposes nothing yet: fill kind, commitment, parties, quote, title, nature, "
                "strength, occurred_on and statement, as the rows above do"
            )
        self.rejected += proposes and keep is False
        self.waiting += proposes and keep is None
        return keep is True

    def event(self, row: Mapping[str, str]) -> dict[str, str]:
        """The cells of an event, as a person decided.

        The commitment of the row may be on record, or in a row above: then the words reaffirm it, and it keeps
        the description it has (codebook, event kind). A row whose own event is on record stays as it is.
        """
        event = {name: cell for name, cell in row.items() if name not in OWN}
        event["paragraph"] = row.get("quote_paragraph") or row.get("paragraph", "")
        if self._on_record is None:
            self._on_record = self.origins()
        name = event.get("commitment", "")
        again = name in self._named or _is_of_another(event, self._on_record)
        self._named.add(name)
        if not again:
            return event
        return {name: cell for name, cell in event.items() if name not in DESCRIPTION_FIELDS} | {
            "kind": "reaffirmed"
        }


def _is_of_another(event: Mapping[str, Any], origins: Origins) -> bool:
    """Whether the commitment of an event is on record, and began with other words."""
    said = (event.get("statement"), _folded(event.get("quote")))
    statement, quote = origins.get(event.get("commitment", ""), said)
    return (statement, _folded(quote)) != said


def statement_of(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of the statement, its text in one again."""
    parts = sorted((name for name in row if name.startswith("text_")), key=lambda name: int(name[5:]))
    text = "\n\n".join(filter(None, (row.get("text", ""), *(row[name] for name in parts))))
    return {name: cell for name, cell in row.items() if name not in (*OWN, *parts)} | {"text": text}


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())
