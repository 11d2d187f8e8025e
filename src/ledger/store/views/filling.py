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
from ledger.store.views.schema import TABLES

FOLDED: Final = {"commitment": ("commitments", "lives"), "statement": ("statements",)}
"""The tables that hold what streams amount to, by what the stream is of."""

_DEEPER: Final = {"source_title": "source.title", "source_url": "source.url"}
_COUNTRIES: Final = r"""replace(replace(trim(json_extract(line, '$.parties'), '[]'), '"', ''), ',', ' ')"""
_OTHERWISE: Final = {"position": "position", "parties": _COUNTRIES, "retracted_at": "NULL", "line": "line"}


def _extracted(column: str) -> str:
    return f"json_extract(line, '$.{_DEEPER.get(column, column)}')"


# ruff: noqa: S608 - the names of tables and columns are constants
EVENT_OF_LINE: Final = ", ".join(
    f"{_OTHERWISE.get(column) or _extracted(column)} AS {column}" for column in TABLES["events"][0]
)
"""A row of `events`, of a `position` and a `line`."""

_FROM_LINES: Final = (
    f"INSERT INTO events SELECT {EVENT_OF_LINE} FROM (SELECT column1 position, column2 line FROM ("
)

_COMPARED: Final = [column for column in TABLES["events"][0] if column != "retracted_at"]
_DIFFERING: Final = (
    f"SELECT position FROM (SELECT {EVENT_OF_LINE} FROM "
    "(SELECT column1 position, column2 line FROM (VALUES {}))) "
    f"expected LEFT JOIN events found USING (position) "
    f"WHERE ({', '.join(f'found.{column}' for column in _COMPARED)}) "
    f"IS NOT ({', '.join(f'expected.{column}' for column in _COMPARED)}) ORDER BY position LIMIT 1"
)
_LINES: Final = 250

_DATED: Final = frozenset({"reaffirmed", "fulfilled", "lapsed", "assessed"})
"""What adds no more than a moment to a commitment that is on record."""

Rows = dict[str, list[tuple[object, ...]]]
"""Rows by the name of their table."""


def insert_events(connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Put in what these lines say. Raises `UnicodeDecodeError`, `sqlite3.Error` of a damaged one."""
    told = [(line.position, line.state.decode()) for line in lines]
    insert_rows(connection, _FROM_LINES, told, end="))")


def differing_events(connection: sqlite3.Connection, lines: Sequence[Line]) -> int | None:
    """The first of these positions whose row is not what its line says; None if all are. `retracted_at` is not."""
    for start in range(0, len(lines), _LINES):
        some = lines[start : start + _LINES]
        told = [value for line in some for value in (line.position, line.state.decode())]
        marks = ", ".join(["(?, ?)"] * len(some))
        if (found := connection.execute(f"{_DIFFERING.format(marks)}", told).fetchone()) is not None:
            return int(found[0])
    return None


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Put rows into a table."""
    insert_rows(connection, f"INSERT INTO {table} ", rows)


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
        add_statement(rows, statement)
    else:
        history = history_of(first.fact.commitment, [first])
        for line in lines[1:]:
            if line.kind in _DATED:
                history.add_moment(moment_at(line))
            else:
                history.add(entry_of(line))
        add_commitment(rows, history)


def add_commitment(rows: Rows, history: History) -> None:
    """Add what a commitment amounts to."""
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
        together = " ".join(countries)
        rows["lives"] += [
            (name, together, from_day.isoformat(), _day(until_day), *_standing(standing))
            for _, from_day, until_day, standing in life
        ]


def add_statement(rows: Rows, history: StatementHistory) -> None:
    """Add how a statement stands."""
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
    status, since, event, origin, events, kept, last_kept, score, scored_on = standing
    return status, _day(since), event, origin, events, kept, _day(last_kept), score, _day(scored_on)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
