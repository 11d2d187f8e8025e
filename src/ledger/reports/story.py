"""One commitment's or one statement's whole story, for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from ledger.events.kinds import Amended, Assessed, Fulfilled, Lapsed, Made, Reaffirmed, Registered, Retracted
from ledger.events.lines import Entry, content_of
from ledger.events.statements import paragraphs
from ledger.events.times import format_time
from ledger.projections.dossier import Dossier, Told
from ledger.reports.columns import STATUS, STATUS_COLOURS, signed
from ledger.reports.rows import as_row, as_table
from ledger.reports.terminal import Layout, wrapped
from ledger.reports.text import one_line, plain
from ledger.reports.timeline import timeline


def commitment_story(dossier: Dossier, statements: dict[str, Registered], as_of: date, layout: Layout) -> str:
    """What was said, how it stands by country, what became of it by D, and what was corrected."""
    page = _Page(layout)
    told = dossier.description
    page.heading(f"{dossier.commitment}: {one_line(told.title)}")
    page.line(_described(dossier))
    page.quote(*_quoted(dossier, statements))
    if dossier.rows:
        page.gap()
        rows = [as_row(row) for row in dossier.rows]
        page.text(as_table(rows, STATUS[1:], layout))
    if dossier.lives:
        page.heading("Timeline")
        for line in timeline(dossier.lives, as_of, layout):
            page.text(line)
    page.heading("History")
    for one in dossier.told:
        if not isinstance(one.entry.fact, Amended | Retracted):
            _tell(page, one, statements)
    if dossier.corrections:
        page.heading("Corrections")
        for one in dossier.corrections:
            page.item(_corrected(one), [f"Reason: {getattr(one.entry.fact, 'reason', '')}", *_void(one)])
    return page.read()


def statement_story(name: str, statement: Registered, backed: Sequence[Entry], layout: Layout) -> str:
    """A statement, what of it is on record as commitments, and its text with numbered paragraphs."""
    page = _Page(layout)
    page.heading(f"{name}: {one_line(statement.title)}")
    where = f"{one_line(statement.place)}, " if statement.place else ""
    page.line(f"{where}{statement.occurred_on} · {' '.join(statement.parties)}")
    if statement.url:
        page.line(statement.url)
    page.heading("On record from it")
    for entry in backed:
        fact = entry.fact
        assert isinstance(fact, Made | Reaffirmed)
        at = f" ¶{fact.paragraph}" if fact.paragraph else ""
        page.item(f"{fact.commitment} · {fact.kind} · {' '.join(fact.parties or ())}{at}", [_marks(fact.quote)])
    if not backed:
        page.line("nothing yet")
    if statement.text:
        page.heading("Text")
        for number, paragraph in enumerate(paragraphs(statement.text), 1):
            page.item(f"¶{number}", [one_line(paragraph)])
    return page.read()


def commitment_object(dossier: Dossier) -> dict[str, Any]:
    """The same as a JSON value."""
    return {
        "commitment": dossier.commitment,
        "description": {name: _plain_value(value) for name, value in dossier.description._asdict().items()},
        "standings": [as_row(row) for row in dossier.rows],
        "events": [
            event_object(one.entry) | {"retracted_by": one.retracted_by.id if one.retracted_by else None}
            for one in dossier.told
        ],
    }


def statement_object(name: str, statement: Registered, backed: Iterable[Entry]) -> dict[str, Any]:
    """The same as a JSON value."""
    return {
        "statement": name,
        **{key: value for key, value in content_of(statement).items() if key not in ("kind", "statement")},
        "events": [event_object(entry) for entry in backed],
    }


def event_object(entry: Entry) -> dict[str, Any]:
    """An entry as its line has it, and its position."""
    content = content_of(entry.fact)
    return {
        "position": entry.position,
        "id": entry.id,
        "kind": content.pop("kind"),
        "recorded_at": format_time(entry.recorded_at),
        "recorded_by": entry.recorded_by,
        **content,
    }


def _plain_value(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def _described(dossier: Dossier) -> str:
    told = dossier.description
    due = f"due {told.due}" + (f" ({told.due_basis})" if told.due_basis else "") if told.due else ""
    return " · ".join(filter(None, (told.nature, f"strength {told.strength}", told.theme, due)))


def _quoted(dossier: Dossier, statements: dict[str, Registered]) -> tuple[str | None, str]:
    fact = dossier.quoted.fact
    if not isinstance(fact, Made | Reaffirmed):
        return None, ""
    return fact.quote, _where(fact, statements)


def _where(fact: Made | Reaffirmed, statements: dict[str, Registered]) -> str:
    if fact.statement is not None:
        registered = statements.get(fact.statement)
        title = registered.title if registered else fact.statement
        at = f", paragraph {fact.paragraph}" if fact.paragraph else ""
        return f"{title} ({fact.statement}){at}"
    return f"{fact.source.title}, {fact.source.url}" if fact.source else ""


def _tell(page: _Page, one: Told, statements: dict[str, Registered]) -> None:
    fact = one.entry.fact
    below: list[str] = []
    match fact:
        case Made() | Reaffirmed():
            below = [_where(fact, statements), fact.note or ""]
            if fact.source and fact.statement:
                below.append(f"{fact.source.title}, {fact.source.url}")
        case Fulfilled() | Lapsed():
            reason = f"Reason: {fact.reason}" if isinstance(fact, Lapsed) else ""
            below = [fact.occurrence or "", reason, fact.note, f"{fact.source.title}, {fact.source.url}"]
        case Assessed():
            by = f"By {fact.assessor}" if fact.assessor else ""
            below = [fact.note or "", by, f"{fact.source.title}, {fact.source.url}"]
    score = f" {signed(fact.score)}" if isinstance(fact, Assessed) else ""
    parties = " ".join(getattr(fact, "parties", None) or ())
    head = f"{getattr(fact, 'occurred_on', '')} {fact.kind}{score} · {parties} · #{one.entry.position}"
    page.item(head, [*below, *_void(one)], style=STATUS_COLOURS.get(fact.kind, ""))


def _void(one: Told) -> list[str]:
    if one.retracted_by is None:
        return []
    reason = getattr(one.retracted_by.fact, "reason", "")
    return [f"RETRACTED at #{one.retracted_by.position}: {reason}"]


def _corrected(one: Told) -> str:
    fact = one.entry.fact
    when = f"#{one.entry.position} {one.entry.recorded_at.date()}"
    if isinstance(fact, Amended):
        return f"{when} amended · {json.dumps(content_of(fact)['changes'], ensure_ascii=False)}"
    return f"{when} retracted · {getattr(fact, 'event', '')[:8]}"


def _marks(quote: str | None) -> str:
    return f"“{one_line(quote)}”" if quote else ""


class _Page:
    """Paragraphs that are wrapped at words to a width in character cells, so that wide characters fit."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lines: list[str] = []

    def heading(self, text: str) -> None:
        if self._lines:
            self.gap()
        self._write(text, style="bold")

    def line(self, text: str) -> None:
        self._write(text)

    def gap(self) -> None:
        self._lines.append("")

    def text(self, text: str) -> None:
        """What is wrapped already."""
        self._lines += text.splitlines()

    def quote(self, quote: str | None, where: str) -> None:
        if quote:
            self.gap()
            self._write(_marks(quote), indent=2, style="italic")
            self._write(f"({where})", indent=2)

    def item(self, head: str, below: Iterable[str], style: str = "") -> None:
        self._write(head, indent=2, style=style)
        for text in below:
            if text:
                self._write(text, indent=6)

    def read(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines) + "\n"

    def _write(self, text: str, *, indent: int = 0, style: str = "") -> None:
        for line in wrapped(plain(text), self._layout.width - indent):
            self._lines.append(" " * indent + self._layout.styled(line, style))
