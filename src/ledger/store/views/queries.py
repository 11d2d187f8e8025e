"""Questions to the views. Every value is bound; what is spliced into SQL are constants of this module."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, NamedTuple

from ledger.projections.rows import UNSETTLED, StatusRow, is_overdue
from ledger.store.forms import Line

_DESCRIBED: Final = "c.commitment, c.title, c.theme, c.nature, c.strength, c.due"
_STOOD: Final = (
    "s.country, s.status, s.since, s.event, s.origin, s.events, s.kept, s.last_kept, s.score, s.scored_on"
)


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """Which rows of `status` are wanted; an empty collection wants all."""

    countries: Collection[str] = ()
    statuses: Collection[str] = ()
    themes: Collection[str] = ()
    commitments: Collection[str] = ()
    overdue: bool = False

    def wants(self, row: StatusRow) -> bool:
        """Whether a row is one of them."""
        return (
            (not self.countries or row.country in self.countries)
            and (not self.statuses or row.status in self.statuses)
            and (not self.themes or row.theme in self.themes)
            and (not self.commitments or row.commitment in self.commitments)
            and (row.overdue or not self.overdue)
        )


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines of the log are wanted; days are inclusive, `words` must all occur."""

    commitment: str | None = None
    statement: str | None = None
    countries: Collection[str] = ()
    kinds: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    recorder: str | None = None
    words: str | None = None
    after: int | None = None
    known: int | None = None
    last: int | None = None


class Commitment(NamedTuple):
    """A row of the `commitments` view."""

    commitment: str
    title: str
    theme: str | None
    nature: str
    strength: str
    due: str | None
    due_basis: str | None
    parties: str
    position: int


class Statement(NamedTuple):
    """A row of the `statements` view."""

    statement: str
    title: str
    occurred_on: str
    place: str | None
    url: str | None
    parties: str
    text: str | None
    event: str
    position: int


def status(views: sqlite3.Connection, as_of: date, wanted: StatusFilter) -> list[StatusRow]:
    """The rows at D by all that is known now, sorted by commitment and country."""
    last_day = views.execute("SELECT value FROM meta WHERE key = 'last_day'").fetchone()[0]
    day = as_of.isoformat()
    if day >= last_day:
        source, values = "standings s", []
    else:
        source = "(SELECT * FROM spells WHERE from_day <= ? AND (until_day IS NULL OR until_day > ?)) s"
        values = [day, day]
    conditions, more = _status_conditions(wanted, day)
    found = views.execute(
        f"SELECT {_DESCRIBED}, {_STOOD} FROM {source} JOIN commitments c USING (commitment) "  # noqa: S608
        f"{_where(conditions)} ORDER BY s.commitment, s.country",
        [*values, *more],
    )
    return [_status_row(row, as_of) for row in found]


def _status_conditions(wanted: StatusFilter, day: str) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for column, among in (
        ("s.country", wanted.countries),
        ("s.status", wanted.statuses),
        ("c.theme", wanted.themes),
        ("s.commitment", wanted.commitments),
    ):
        if among:
            conditions.append(f"{column} IN ({_marks(among)})")
            values += among
    if wanted.overdue:
        conditions.append(f"c.due < ? AND s.status IN ({_marks(UNSETTLED)})")
        values += [day, *UNSETTLED]
    return conditions, values


def _status_row(row: tuple[str, ...], as_of: date) -> StatusRow:
    found = dict(zip(_COLUMNS, row, strict=True))
    days = {name: date.fromisoformat(found[name]) if found[name] else None for name in _DAYS}
    overdue = is_overdue(days["due"], found["status"], as_of)
    return StatusRow(**found | days | {"overdue": overdue})  # type: ignore[arg-type]


_COLUMNS: Final = [name.strip().split(".")[1] for name in f"{_DESCRIBED}, {_STOOD}".split(",")]
_DAYS: Final = ("due", "since", "last_kept", "scored_on")
assert {*_COLUMNS, "overdue"} == {field.name for field in fields(StatusRow)}


def lines(views: sqlite3.Connection, wanted: LogFilter) -> list[Line]:
    """The lines that are wanted, in log order; of more than `last`, the last ones."""
    conditions, values = _log_conditions(wanted)
    limit = "ORDER BY position DESC LIMIT ?"
    found = views.execute(
        f"SELECT position, line FROM (SELECT position, line FROM events e "  # noqa: S608
        f"{_where(conditions)} {limit}) ORDER BY position",
        [*values, -1 if wanted.last is None else wanted.last],
    )
    return [Line(position, line.encode()) for position, line in found]


def _log_conditions(wanted: LogFilter) -> tuple[list[str], list[object]]:
    asked: Iterable[tuple[str, object]] = (
        ("e.commitment = ?", wanted.commitment),
        ("e.statement = ?", wanted.statement),
        ("e.occurred_on >= ?", wanted.since and wanted.since.isoformat()),
        ("e.occurred_on <= ?", wanted.until and wanted.until.isoformat()),
        ("e.recorded_by = ?", wanted.recorder),
        ("e.position > ?", wanted.after),
        ("e.position <= ?", wanted.known),
        ("e.position IN (SELECT rowid FROM events_fts WHERE events_fts MATCH ?)", _all_words(wanted.words)),
    )
    conditions = [condition for condition, value in asked if value is not None]
    values = [value for _, value in asked if value is not None]
    if wanted.kinds:
        conditions.append(f"e.kind IN ({_marks(wanted.kinds)})")
        values += wanted.kinds
    if wanted.countries:
        conditions.append("(" + " OR ".join("instr(e.parties, ?)" for _ in wanted.countries) + ")")
        values += wanted.countries
    return conditions, values


def _all_words(words: str | None) -> str | None:
    # Quoted, so that what people type is words and never the search language.
    return None if words is None else " ".join(f'"{word}"' for word in re.findall(r"\w+", words)) or '""'


def commitments(views: sqlite3.Connection) -> list[Commitment]:
    """All commitments, by name."""
    return list(map(Commitment._make, views.execute("SELECT * FROM commitments ORDER BY commitment")))


class Origin(NamedTuple):
    """Where a commitment's first event was said: None where that was no statement."""

    commitment: str
    statement: str | None
    quote: str | None


def origins(views: sqlite3.Connection) -> list[Origin]:
    """The first event of every commitment."""
    found = views.execute(
        "SELECT c.commitment, e.statement, e.quote FROM commitments c JOIN events e USING (position)"
    )
    return list(map(Origin._make, found))


class Resemblance(NamedTuple):
    """A commitment, and how strongly its events have the words that were looked for: more is better."""

    commitment: str
    title: str
    theme: str | None
    parties: str
    quote: str | None
    strength: float


def resembling(views: sqlite3.Connection, beginnings: Collection[str]) -> list[Resemblance]:
    """The commitments with words that begin so, by the best of their events (BM25); retracted ones are not read.

    What a commitment is called counts for more than how it was once put, and that for more than remarks on it.
    """
    wanted = " OR ".join(f'"{word}"*' for word in beginnings)
    found = views.execute(
        "WITH found AS MATERIALIZED (SELECT rowid AS position, "
        "-bm25(events_fts, 4.0, 0.0, 6.0, 1.0, 0.5, 0.0, 0.25, 0.0) AS likeness "
        "FROM events_fts WHERE events_fts MATCH ?) "
        "SELECT c.commitment, c.title, c.theme, c.parties, f.quote, max(likeness) FROM found "
        "JOIN events e USING (position) JOIN commitments c USING (commitment) "
        "JOIN events f ON f.position = c.position "
        "WHERE e.retracted_at IS NULL GROUP BY c.commitment ORDER BY max(likeness) DESC",
        (wanted,),
    )
    return list(map(Resemblance._make, found))


def statements(views: sqlite3.Connection) -> list[Statement]:
    """The statements in force, by day of issue."""
    return list(map(Statement._make, views.execute("SELECT * FROM statements ORDER BY occurred_on, statement")))


_TABLES: Final = {
    "commitment": "commitments",
    "theme": "commitments",
    "statement": "statements",
    "recorded_by": "events",
}


def has_name(views: sqlite3.Connection, column: str, name: str) -> bool:
    """Whether a commitment, statement, theme or recorder (`column`) is on record."""
    found = views.execute(f"SELECT 1 FROM {_TABLES[column]} WHERE {column} = ? LIMIT 1", (name,))  # noqa: S608
    return found.fetchone() is not None


def names(views: sqlite3.Connection, column: str) -> set[str]:
    """All of them."""
    found = views.execute(f"SELECT DISTINCT {column} FROM {_TABLES[column]} WHERE {column} IS NOT NULL")  # noqa: S608
    return {name for (name,) in found}


def countries(views: sqlite3.Connection) -> set[str]:
    """The countries that are party to a commitment on record."""
    found = views.execute("SELECT DISTINCT parties FROM commitments")
    return {country for (parties,) in found for country in parties.split()}


def position_at(views: sqlite3.Connection, recorded_at: str) -> int:
    """The last position that was recorded at or before a time, written as lines write it; 0 if none was."""
    found = views.execute("SELECT max(position) FROM events WHERE recorded_at <= ?", (recorded_at,))
    return found.fetchone()[0] or 0


def size(views: sqlite3.Connection) -> int:
    """How many lines the log has."""
    return int(views.execute("SELECT value FROM meta WHERE key = 'position'").fetchone()[0])


def events_like(views: sqlite3.Connection, prefix: str) -> list[tuple[str, str | None, str | None]]:
    """(id, commitment, statement) of the events whose id begins so; at most ten."""
    found = views.execute(
        "SELECT id, commitment, statement FROM events WHERE id >= ? AND id < ? LIMIT 10", (prefix, f"{prefix}g")
    )
    return list(found)


def position_of(views: sqlite3.Connection, event: str) -> int | None:
    """Where an event stands in the log, by its whole id."""
    found = views.execute("SELECT position FROM events WHERE id = ?", (event,)).fetchone()
    return found[0] if found else None


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _where(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
