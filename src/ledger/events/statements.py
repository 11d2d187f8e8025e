"""A registered statement: its paragraphs, and whether a quote stands in it (design, section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ledger.events.kinds import Registered, statement_stream
from ledger.events.lines import Entry

_BLANK_LINES = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> tuple[str, ...]:
    """The text's blocks between blank lines, title and headings included; paragraph 1 comes first."""
    return tuple(block.strip() for block in _BLANK_LINES.split(text) if block.strip())


def _plain(text: str) -> str:
    return " ".join(text.split())


class Quotable:
    """A statement's text in the form that quotes are looked up in: white space folded, paragraphs located."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        blocks: list[str] = []
        end = 0
        for block in map(_plain, paragraphs(text)):
            self._starts.append(end)
            blocks.append(block)
            end += len(block) + 1
        self._text = " ".join(blocks)
        self._starts.append(end)

    @property
    def paragraph_count(self) -> int:
        return len(self._starts) - 1

    def paragraphs_with(self, quote: str) -> tuple[int, ...]:
        """The paragraphs in which the quote begins; it may run on into the next, where the text is broken."""
        wanted = _plain(quote)
        found: list[int] = []
        at = self._text.find(wanted)
        while at >= 0:
            number = next(n for n, start in enumerate(self._starts) if at < start)
            found.append(number)
            at = self._text.find(wanted, self._starts[number])
        return tuple(found)

    @property
    def blocks(self) -> tuple[str, ...]:
        """The paragraphs, each with its white space folded."""
        return tuple(self._text[start : end - 1] for start, end in pairwise(self._starts))

    def span(self, quote: str, paragraph: int) -> tuple[int, int] | None:
        """Where the quote stands that begins in this paragraph: (start, end) in the blocks, joined by spaces."""
        wanted = _plain(quote)
        at = self._text.find(wanted, self._starts[paragraph - 1]) if paragraph <= self.paragraph_count else -1
        return (at, at + len(wanted)) if 0 <= at < self._starts[paragraph] else None


@dataclass(slots=True)
class StatementHistory:
    """All that the log holds of one statement: its registrations, and which of them were retracted."""

    statement: str
    registrations: list[tuple[int, str, Registered]] = field(default_factory=list)
    retractions: dict[str, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    _quotable: tuple[str, Quotable] | None = None

    @property
    def name(self) -> str:
        """What the stream is called."""
        return statement_stream(self.statement)

    def add(self, entry: Entry) -> None:
        """Take in the next entry of the stream; it is not judged here."""
        self.positions[entry.id] = entry.position
        if entry.fact.kind == "registered":
            self.registrations.append((entry.position, entry.id, entry.fact))
        elif entry.fact.kind == "retracted":
            self.retractions[entry.fact.event] = entry.position

    def in_force(self, known: int | None = None) -> tuple[int, str, Registered] | None:
        """The (position, id, registration) that stands, as known at a log position (None: now)."""
        for position, event, fact in reversed(self.registrations):
            retracted = self.retractions.get(event)
            if known is None:
                if retracted is None:
                    return position, event, fact
            elif position <= known and (retracted is None or retracted > known):
                return position, event, fact
        return None

    def quotable(self) -> Quotable | None:
        """The text of the registration in force, ready for quotes; None if it has no text."""
        standing = self.in_force()
        if standing is None or standing[2].text is None:
            return None
        if self._quotable is None or self._quotable[0] != standing[1]:
            self._quotable = standing[1], Quotable(standing[2].text)
        return self._quotable[1]
