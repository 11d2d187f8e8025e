"""The rows of the views, and putting them in.

What stands in a line is taken from it by SQLite; what a line amounts to is said by the projections that everything
else uses. Nothing here knows a rule of the lifecycle.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.events.history import History, history_of
from ledger.events.lifecycle import Standing
from ledger.events.statements import StatementHistory
from ledger.projections.spells import lives
from ledger.store.bulk import insert_rows
from ledger.store.entries import entry_of, moment_at
from ledger.store.forms import Line, Placed
from ledger.store.views.schema import SEARCHED, TABLES

FOLDED: Final = {"commitment": ("commitments", "standings", "spells"), "statement": ("statements",)}
"""The tables that hold what streams amount to, by what the stream is of."""

_DEEPER: Final = {"source_title": "source.title", "source_url": "source.url"}
_COUNTRIES: Final = r"""replace(replace(trim(json_extract(line, '$.parties'), '[]'), '"', ''), ',', ' ')"""
_OTHERWISE: Final = {"position": "position", "parties": _COUNTRIES, "retracted_at": "NULL", "line": "line"}

# ruff: noqa: S608 - the names of tables and columns are constants
EVENT_OF_LINE: Final = ", ".join(
    _OTHERWISE.get(column) or f"json_extract(line, '$.{_DEEPER.get(column, column)}')"
    for column in TABLES["events"][0]
)
"""A row of `events`, of a `position` and a `line`."""

_FROM_LINES: Final = (
    f"INSERT INTO events SELECT {EVENT_OF_LINE} FROM (SELECT column1 position, column2 line FROM ("
)

_DATED: Final = frozenset({"reaffirmed", "fulfilled", "lapsed", "assessed"})
"""What adds no more than a moment to a commitment that is on record."""

Rows = dict[str, list[tuple[object, ...]]]
"""Rows by the name of their table."""


def insert_events(connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Put in what these lines say. Raises `UnicodeDecodeError`, `sqlite3.Error` of a damaged one."""
    told = [(line.position, line.state.decode()) for line in lines]
    insert_rows(connection, _FROM_LINES, told, end="))")


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Put rows into a table."""
    insert_rows(connection, f"INSERT INTO {table} ", rows)


def insert_words(connection: sqlite3.Connection, after: int) -> None:
    """Make what the events after a position say searchable."""
    columns = ", ".join(SEARCHED)
    connection.execute(
        f"INSERT INTO events_fts (rowid, {columns}) SELECT position, {columns} FROM events WHERE position > ?",
        (after,),
    )


def no_rows() -> Rows:
    """None yet, for each table that `add_stream` tells of."""
    return {table: [] for tables in FOLDED.values() for table in tables}


def add_stream(rows: Rows, lines: Sequence[Placed]) -> None:
    """Add what the lines of one stream, all of them and in log order, amount to. Raises `StoreError`."""
    first = entry_of(lines[0])
    if first.fact.kind == "registered" or first.fact.commitment is None:
        statement = StatementHistory(str(first.fact.statement))
        for line in lines:
            statement.add(entry_of(line))
        _add_statement(rows, statement)
    else:
        history = history_of(first.fact.commitment, [first])
        for line in lines[1:]:
            if line.kind in _DATED:
                history.add_moment(moment_at(line))
            else:
                history.add(entry_of(line))
        _add_commitment(rows, history)


def _add_commitment(rows: Rows, history: History) -> None:
    name, description = history.commitment, history.description()
    assert description is not None
    rows["commitments"].append(
        (
            name,
            description.title,
            description.theme,
            description.nature,
            description.strength,
            _day(description.due),
            description.due_basis,
            " ".join(description.parties),
            next(iter(history.positions.values())),
        )
    )
    for countries, life in lives(history):
        told = [(_day(one.from_day), _day(one.until_day), *_standing(one.standing)) for one in life]
        for country in countries:
            rows["spells"] += [(name, country, *one) for one in told]
            rows["standings"] += [(name, country, *standing) for _, until, *standing in told if until is None]


def _add_statement(rows: Rows, history: StatementHistory) -> None:
    if (registered := history.in_force()) is None:
        return
    position, event, fact = registered
    rows["statements"].append(
        (
            history.statement,
            fact.title,
            _day(fact.occurred_on),
            fact.place,
            fact.url,
            " ".join(fact.parties),
            fact.text,
            event,
            position,
        )
    )


def _standing(standing: Standing) -> tuple[object, ...]:
    return (
        standing.status,
        _day(standing.since),
        standing.event,
        standing.origin,
        standing.events,
        standing.kept,
        _day(standing.last_kept),
        standing.score,
        _day(standing.scored_on),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
