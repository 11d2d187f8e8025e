"""Catching the views up with the log, in one transaction: readers see the old views or the new, never half.

The rows are made by the projections that everything else uses; nothing here knows a rule of the lifecycle.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from ledger.errors import StoreError
from ledger.events.fields import Source
from ledger.events.history import History
from ledger.events.kinds import Registered, Retracted
from ledger.events.lifecycle import Standing
from ledger.events.lines import Entry
from ledger.events.statements import StatementHistory
from ledger.events.times import format_time
from ledger.projections.spells import Spell, spells
from ledger.store.bulk import uncollected
from ledger.store.entries import entry_of
from ledger.store.forms import Line, Progress
from ledger.store.ports import Log
from ledger.store.views import VERSION
from ledger.store.views.current import fingerprint
from ledger.store.views.schema import SEARCHED, TABLES, create_indexes, create_tables

_BATCH: Final = 5_000


def rebuild(connection: sqlite3.Connection, log: Log, progress: Progress, upto: int | None = None) -> int:
    """Throw the views away and replay the log, up to a position if one is given; returns how many lines.

    Raises `StoreError` of a log that is damaged: a page that lost count of its rows reads as if they had never
    been, and to look costs a hundredth of the replay.
    """
    if found := log.integrity():
        raise StoreError(f"{log.name}: no answer can be relied on: {found[0]}; `ledger verify` says all of it")
    with _transaction(connection), uncollected():
        create_tables(connection)
        count = _take_in(connection, log, 0, progress, upto)
        create_indexes(connection)
        connection.execute("INSERT INTO meta VALUES ('schema', ?)", (fingerprint(connection),))
    return count


def catch_up(connection: sqlite3.Connection, log: Log, progress: Progress) -> int:
    """Take in what the log has grown by; returns how many lines that was."""
    with _transaction(connection), uncollected():
        row = connection.execute("SELECT value FROM meta WHERE key = 'position'").fetchone()
        position = int(row[0])  # read anew: another process may have been faster
        count = _take_in(connection, log, position, progress)
        columns = ", ".join(SEARCHED)
        connection.execute(
            f"INSERT INTO events_fts (rowid, {columns}) "  # noqa: S608 - constants
            f"SELECT position, {columns} FROM events WHERE position > ?",
            (position,),
        )
    return count


class _transaction:  # noqa: N801 - reads as a statement
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, failed: object, *_: object) -> None:
        if not failed:
            self.connection.execute("COMMIT")
        elif self.connection.in_transaction:  # SQLite itself rolls back where the disk is full
            self.connection.execute("ROLLBACK")


def _take_in(
    connection: sqlite3.Connection, log: Log, after: int, progress: Progress, upto: int | None = None
) -> int:
    taken = _Taken(connection, known_before=after > 0)
    last: Line | None = None
    count = 0
    for batch in _batches(log.lines(after, upto)):
        entries = [entry_of(line) for line in batch]
        _insert(connection, "events", (_event_row(e, line.state) for e, line in zip(entries, batch, strict=True)))
        for entry in entries:
            taken.add(entry)
        last = batch[-1]
        count += len(batch)
        progress(len(batch))
    taken.write()
    if last is not None or after == 0:
        _write_meta(connection, last)
    return count


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    for _, batch in groupby(lines, key=lambda line: (line.position - 1) // _BATCH):
        yield list(batch)


class _Taken:
    """The histories that new entries belong to; older entries of theirs come from the views themselves."""

    def __init__(self, connection: sqlite3.Connection, *, known_before: bool) -> None:
        self._connection = connection
        self._known_before = known_before
        self._histories: dict[str, History] = {}
        self._statements: dict[str, StatementHistory] = {}
        self._first: dict[str, int] = {}
        self._retracted: list[tuple[int, str]] = []

    def add(self, entry: Entry) -> None:
        fact = entry.fact
        if isinstance(fact, Retracted):
            self._retracted.append((entry.position, fact.event))
        if isinstance(fact, Registered) or fact.commitment is None:
            self._add_to_statement(entry, str(fact.statement))
        elif fact.commitment in self._histories:
            self._histories[fact.commitment].add(entry)
        else:
            history = self._histories[fact.commitment] = History(fact.commitment)
            for older in [*self._older("commitment", fact.commitment, entry.position), entry]:
                self._first.setdefault(fact.commitment, older.position)
                history.add(older)

    def _add_to_statement(self, entry: Entry, name: str) -> None:
        if name not in self._statements:
            self._statements[name] = StatementHistory(name)
            for older in self._older("statement", name, entry.position):
                if isinstance(older.fact, Registered | Retracted):
                    self._statements[name].add(older)
        self._statements[name].add(entry)

    def _older(self, of: str, name: str, position: int) -> list[Entry]:
        if not self._known_before:
            return []
        found = self._connection.execute(
            f"SELECT line, position FROM events WHERE {of} = ? AND position < ? ORDER BY position",  # noqa: S608
            (name, position),
        )
        return [entry_of(Line(at, line.encode())) for line, at in found]

    def write(self) -> None:
        """Replace the rows of all that was touched."""
        connection, touched = self._connection, sorted(self._histories)
        if self._known_before:
            for name in touched:
                for table in ("commitments", "standings", "spells"):
                    connection.execute(f"DELETE FROM {table} WHERE commitment = ?", (name,))  # noqa: S608
            for name in self._statements:
                connection.execute("DELETE FROM statements WHERE statement = ?", (name,))
        lived = {name: list(spells(self._histories[name])) for name in touched}
        _insert(connection, "commitments", (self._commitment_row(name) for name in touched))
        _insert(connection, "standings", _standing_rows(lived))
        _insert(connection, "spells", (_spell_row(name, one) for name in touched for one in lived[name]))
        _insert(connection, "statements", _statement_rows(self._statements))
        connection.executemany("UPDATE events SET retracted_at = ? WHERE id = ?", self._retracted)

    def _commitment_row(self, name: str) -> tuple[object, ...]:
        description = self._histories[name].description()
        assert description is not None
        return (
            name,
            description.title,
            description.theme,
            description.nature,
            description.strength,
            _day(description.due),
            description.due_basis,
            " ".join(description.parties),
            self._first[name],
        )


def _standing_rows(lived: dict[str, list[Spell]]) -> Iterator[tuple[object, ...]]:
    for name, all_spells in lived.items():
        for one in all_spells:
            if one.until_day is None:
                yield (name, one.country, *_standing(one.standing))


def _spell_row(name: str, one: Spell) -> tuple[object, ...]:
    return (name, one.country, _day(one.from_day), _day(one.until_day), *_standing(one.standing))


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


def _statement_rows(statements: dict[str, StatementHistory]) -> Iterator[tuple[object, ...]]:
    for name, history in sorted(statements.items()):
        if (registered := history.in_force()) is None:
            continue
        position, event, fact = registered
        yield (
            name,
            fact.title,
            _day(fact.occurred_on),
            fact.place,
            fact.url,
            " ".join(fact.parties),
            fact.text,
            event,
            position,
        )


def _event_row(entry: Entry, line: bytes) -> tuple[object, ...]:
    given = entry.fact.__dict__.get  # a model's own attributes cost ten times as much where they are missing
    source: Source | None = given("source")
    return (
        entry.position,
        entry.id,
        entry.fact.kind,
        format_time(entry.recorded_at),
        entry.recorded_by,
        given("commitment"),
        given("statement"),
        " ".join(given("parties") or ()) or None,
        _day(given("occurred_on")),
        given("paragraph"),
        given("quote"),
        given("title"),
        given("occurrence"),
        given("score"),
        given("reason"),
        given("note"),
        source.title if source else None,
        source.url if source else None,
        None,
        line.decode(),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    marks = ", ".join("?" * len(TABLES[table][0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - constants


def _write_meta(connection: sqlite3.Connection, last: Line | None) -> None:
    values = {
        "version": VERSION,
        "position": str(last.position if last else 0),
        "line": hashlib.sha256(last.state).hexdigest() if last else "",
        "last_day": connection.execute("SELECT coalesce(max(occurred_on), '') FROM events").fetchone()[0],
    }
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
