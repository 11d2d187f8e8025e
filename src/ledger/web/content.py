"""What our pages show, asked of a reader, as plain values. Pages for the public name no recorder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from ledger.errors import UnknownName
from ledger.events.countries import COUNTRY_NAMES
from ledger.events.kinds import Amended, Assessed, Fulfilled, Lapsed, Made, Reaffirmed, Registered, Retracted
from ledger.events.lines import Entry, content_of
from ledger.events.vocabulary import STATUSES
from ledger.projections.dossier import Dossier, Told
from ledger.projections.rows import StatusRow
from ledger.projections.summary import tally
from ledger.reader import Reader
from ledger.reports.columns import told
from ledger.reports.page.marking import Paragraph, Quote, marked
from ledger.store.views.queries import LogFilter, StatusFilter

LATEST: Final = 12
"""Events that a page tells as the latest."""

MOST: Final = 400
"""Rows that a page shows of one kind; of more, the tables are for searching."""

Content = dict[str, object]


def start(reader: Reader, as_of: date, _: str) -> Content:
    """The matrix, what is overdue, the latest events."""
    rows = reader.status(as_of=as_of)
    lines = [list(group) for _, group in groupby(rows, lambda row: row.commitment)]
    return {
        "tallies": [tally(code, own) for code, own in sorted(_by_country(rows).items())],
        "matrix": [(line[0], {row.country: row for row in line}) for line in lines[:MOST]],
        "left_out": max(0, len(lines) - MOST),
        "overdue": _overdue(rows)[:MOST],
        "latest": _latest(reader, LogFilter(last=LATEST)),
        "statements": reader.statements(),
        "statuses": STATUSES,
    }


def country(reader: Reader, as_of: date, code: str) -> Content:
    """How everything stands for one country. Raises `UnknownName` if it is party to nothing on record."""
    rows = reader.status(as_of=as_of, wanted=StatusFilter(countries=[code]))
    return {
        "tally": tally(code, rows),
        "rows": rows[:MOST],
        "left_out": max(0, len(rows) - MOST),
        "latest": _latest(reader, LogFilter(countries=[code], last=LATEST)),
        "statuses": STATUSES,
    }


def commitment(reader: Reader, as_of: date, name: str) -> Content:
    """One commitment's story by D. Raises `UnknownName`."""
    dossiers = reader.dossiers(as_of=as_of, commitments=[name])
    if not dossiers:
        raise UnknownName("commitment on record", name)
    (dossier,) = dossiers
    return {
        "dossier": dossier,
        "quoted": dossier.quoted.fact if isinstance(dossier.quoted.fact, Made | Reaffirmed) else None,
        "statements": reader.registered(),
        "lives": [(code, _eras(dossier, code)) for code in dict.fromkeys(one.country for one in dossier.lives)],
        "events": dossier.dated(Made, Reaffirmed, Fulfilled, Lapsed, Assessed)[::-1],
        "corrections": [_correction(one) for one in dossier.corrections],
        "names": COUNTRY_NAMES,
    }


def statement(reader: Reader, _: date, name: str) -> Content:
    """A statement, what is on record from it, and its text with the pledges marked. Raises `UnknownName`."""
    registered = reader.registered()
    if name not in registered:
        raise UnknownName("statement on record", name, registered)
    fact = registered[name]
    backed = [entry for entry in reader.backed_by(name) if isinstance(entry.fact, Made | Reaffirmed)]
    return {
        "name": name,
        "statement": fact,
        "pledges": [entry.fact for entry in backed],
        "titles": {one.commitment: one.title for one in reader.commitments()},
        "paragraphs": _marked(fact, backed),
        "names": COUNTRY_NAMES,
    }


def _by_country(rows: Iterable[StatusRow]) -> dict[str, list[StatusRow]]:
    found: dict[str, list[StatusRow]] = {}
    for row in rows:
        found.setdefault(row.country, []).append(row)
    return found


def _overdue(rows: Iterable[StatusRow]) -> list[StatusRow]:
    return sorted((row for row in rows if row.overdue), key=lambda row: (row.due or date.max, row.commitment))


def _latest(reader: Reader, wanted: LogFilter) -> list[tuple[Entry, str]]:
    """Entries with what they say in a few words, the latest first."""
    return [(entry, _words(entry)) for entry in reversed(reader.entries(wanted))]


def _words(entry: Entry) -> str:
    match entry.fact:
        case Registered(title=title):
            return title
        case Amended(reason=reason) | Retracted(reason=reason):
            return reason
        case Fulfilled(occurrence=occurrence, note=note) | Lapsed(occurrence=occurrence, note=note):
            return occurrence or note
        case fact:
            return getattr(fact, "note", None) or getattr(fact, "quote", None) or _source_title(entry)


def _source_title(entry: Entry) -> str:
    source = getattr(entry.fact, "source", None)
    return source.title if source else ""


def _eras(dossier: Dossier, code: str) -> list[tuple[str, date]]:
    """Each status of a country with the day it was entered."""
    own = (one for one in dossier.lives if one.country == code)
    return [
        (status or "", next(spells).from_day) for status, spells in groupby(own, lambda one: one.standing.status)
    ]


def _correction(one: Told) -> tuple[Entry, str]:
    """An amendment or a retraction, with what it restates or voids."""
    fact = one.entry.fact
    if isinstance(fact, Amended):
        changes = content_of(fact)["changes"]
        return one.entry, "; ".join(f"{name.replace('_', ' ')}: {told(value)}" for name, value in changes.items())
    return one.entry, f"event {getattr(fact, 'event', '')[:8]}"


def _marked(fact: Registered, backed: Sequence[Entry]) -> tuple[Paragraph, ...]:
    if fact.text is None:
        return ()
    quotes = [
        Quote(entry.fact.commitment, entry.id, entry.fact.quote, entry.fact.paragraph)
        for entry in backed
        if isinstance(entry.fact, Made | Reaffirmed) and entry.fact.quote and entry.fact.paragraph
    ]
    return marked(fact.text, quotes)
