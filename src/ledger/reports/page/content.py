"""What the page shows, gathered from a report as plain values; how it looks is for the template alone.

Pages for the public name no recorder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ledger.events.fields import Source
from ledger.events.kinds import Amended, Assessed, Fulfilled, Lapsed, Made, Reaffirmed, Registered, Retracted
from ledger.events.lines import Entry, content_of
from ledger.events.statements import paragraphs
from ledger.events.vocabulary import NATURES, STRENGTHS
from ledger.projections.dossier import Dossier, Told
from ledger.projections.report import Report
from ledger.projections.rows import StatusRow
from ledger.projections.summary import Figures, Tally, summarise, tally
from ledger.reports.columns import told
from ledger.reports.page.marking import HEADING_LENGTH, Paragraph, Quote, marked
from ledger.reports.text import one_line


@dataclass(frozen=True, slots=True)
class Country:
    """A country's headline: its commitments by status, and the same split by nature and by strength."""

    tally: Tally
    figures: tuple[Figures, ...]


@dataclass(frozen=True, slots=True)
class Cite:
    """Where something was said: in a statement's paragraph, whose text the page has if `marked`."""

    event: str
    statement: str
    title: str
    paragraph: int | None
    quote: str | None
    marked: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """A dated event that counts: what it says, of whom, and where that is said."""

    event: str
    kind: str
    on: date
    parties: tuple[str, ...]
    cite: Cite | None
    source: Source | None
    score: int | None
    occurrence: str | None
    reason: str | None
    note: str | None
    assessor: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """An amendment or a retraction: `what` was restated or voided, and why; `void` if it was retracted itself."""

    event: str
    kind: str
    recorded_on: date
    what: str
    reason: str
    void: bool


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment with its whole story; `rows` are those of the report's countries."""

    name: str
    dossier: Dossier
    rows: dict[str, StatusRow]
    quoted: Cite | None
    history: tuple[Happening, ...]
    corrections: tuple[Correction, ...]

    @property
    def standings(self) -> str:
        """What filters go by: `JPN/reaffirmed`, and `JPN/overdue` too where it is."""
        words = (f"{row.country}/{word}" for row in self.rows.values() for word in _words(row))
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in force on the day, with its text if the record has that."""

    name: str
    fact: Registered
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All that the page shows; `themes` are told by their headings."""

    report: Report
    countries: tuple[Country, ...]
    commitments: tuple[Commitment, ...]
    statements: tuple[Statement, ...]
    themes: dict[str, str]
    titles: dict[str, str]


def content_of_page(report: Report) -> Content:
    """A report's content for the page."""
    commitments = tuple(_commitment(dossier, report) for dossier in report.dossiers)
    return Content(
        report=report,
        countries=tuple(_countries(report)),
        commitments=commitments,
        statements=tuple(_statements(report)),
        themes=_themes(report),
        titles={one.name: one.dossier.description.title for one in commitments},
    )


def _themes(report: Report) -> dict[str, str]:
    """Each theme by the heading that it is the slug of (codebook), else by its own words."""
    blocks = (block for one in report.statements.values() for block in paragraphs(one.text or ""))
    headings = {_slug(block): one_line(block) for block in blocks if len(block) <= HEADING_LENGTH}
    themes = sorted({row.theme for row in report.rows if row.theme})
    return {theme: headings.get(theme, theme.replace("-", " ").capitalize()) for theme in themes}


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def _countries(report: Report) -> Iterator[Country]:
    natures, strengths = (summarise(report.rows, split) for split in ("nature", "strength"))
    groups = (*NATURES, *STRENGTHS)
    for code in report.countries:
        rows = [row for row in report.rows if row.country == code]
        figures = [one for one in (*natures, *strengths) if one.country == code]
        yield Country(
            tally=tally(code, rows),
            figures=tuple(sorted(figures, key=lambda one: groups.index(one.group))),
        )


def _words(row: StatusRow) -> tuple[str, ...]:
    return (row.status, "overdue") if row.overdue else (row.status,)


def _commitment(dossier: Dossier, report: Report) -> Commitment:
    quoted = _cite(dossier.quoted, report)
    return Commitment(
        name=dossier.commitment,
        dossier=dossier,
        rows={row.country: row for row in dossier.rows if row.country in report.countries},
        quoted=quoted if quoted and quoted.quote else None,
        history=tuple(_happenings(dossier, report)),
        corrections=tuple(_corrections(dossier)),
    )


def _cite(entry: Entry, report: Report) -> Cite | None:
    fact = entry.fact
    if not isinstance(fact, Made | Reaffirmed) or fact.statement is None:
        return None
    registered = report.statements.get(fact.statement)
    return Cite(
        event=entry.id,
        statement=fact.statement,
        title=registered.title if registered else fact.statement,
        paragraph=fact.paragraph,
        quote=fact.quote,
        marked=bool(registered and registered.text and fact.paragraph),
    )


def _happenings(dossier: Dossier, report: Report) -> Iterator[Happening]:
    for entry in dossier.dated(Made, Reaffirmed, Fulfilled, Lapsed, Assessed):
        fact = entry.fact
        assert isinstance(fact, Made | Reaffirmed | Fulfilled | Lapsed | Assessed)
        yield Happening(
            event=entry.id,
            kind=fact.kind,
            on=fact.occurred_on,
            parties=fact.parties or (),
            cite=_cite(entry, report),
            source=fact.source,
            score=getattr(fact, "score", None),
            occurrence=getattr(fact, "occurrence", None),
            reason=getattr(fact, "reason", None),
            note=fact.note,
            assessor=getattr(fact, "assessor", None),
        )


def _corrections(dossier: Dossier) -> Iterator[Correction]:
    by_id = {one.entry.id: one for one in dossier.told}
    for one in dossier.corrections:
        fact = one.entry.fact
        assert isinstance(fact, Amended | Retracted)
        if isinstance(fact, Amended):
            changes = content_of(fact)["changes"]
            what = "; ".join(f"{name.replace('_', ' ')}: {told(value)}" for name, value in changes.items())
        else:
            what = _voided(by_id.get(fact.event), fact.event)
        yield Correction(
            event=one.entry.id,
            kind=fact.kind,
            recorded_on=one.entry.recorded_at.date(),
            what=what,
            reason=fact.reason,
            void=one.retracted_by is not None,
        )


def _voided(one: Told | None, event: str) -> str:
    """What a retraction voids, in words; only its id if that lies after the report's day."""
    if one is None:
        return f"event {event[:8]}"
    fact = one.entry.fact
    parties = " ".join(getattr(fact, "parties", None) or ())
    said = " ".join(filter(None, (fact.kind, str(getattr(fact, "occurred_on", "")), parties)))
    return f"{said} (event {event[:8]})"


def _statements(report: Report) -> Iterator[Statement]:
    quotes = list(_quotes(report.dossiers))
    for name, fact in report.statements.items():
        of_it = [quote for statement, quote in quotes if statement == name]
        yield Statement(name, fact, marked(fact.text, of_it) if fact.text else ())


def _quotes(dossiers: Iterable[Dossier]) -> Iterator[tuple[str, Quote]]:
    for dossier in dossiers:
        for entry in dossier.sayings:
            fact = entry.fact
            assert isinstance(fact, Made | Reaffirmed)
            if fact.statement and fact.quote and fact.paragraph:
                yield fact.statement, Quote(dossier.commitment, entry.id, fact.quote, fact.paragraph)
