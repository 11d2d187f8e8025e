"""Catching the views up with the log, in one transaction: readers see the old views or the new, never half."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

from ledger.errors import StoreError
from ledger.store.aside import aside
from ledger.store.bulk import uncollected
from ledger.store.forms import Line, Placed, Progress
from ledger.store.ports import Log
from ledger.store.views import VERSION
from ledger.store.views.current import fingerprint
from ledger.store.views.filling import FOLDED, Rows, add_stream, insert, insert_events, no_rows
from ledger.store.views.schema import create_indexes, create_tables, insert_all_words, insert_words

_BATCH: Final = 5_000

_CACHE: Final = 64 * 1024
"""KiB of pages that a rebuild may hold: with SQLite's own 2 MiB the same pages are written many times over."""

_OF_COMMITMENT: Final = "commitment IS NOT NULL"
_OF_STATEMENT: Final = "kind IN ('registered', 'retracted') AND commitment IS NULL"


def rebuild(connection: sqlite3.Connection, log: Log, progress: Progress) -> None:
    """Throw the views away and replay the log.

    Raises `StoreError` of a log that is damaged: a page that lost count of its rows reads as if they had never
    been, and to look costs a hundredth of the replay.
    """
    head = log.head()
    size = head.position if head else 0
    with aside(size, folded, log, size) as rows:
        if found := log.integrity():
            raise StoreError(f"{log.name}: no answer can be relied on: {found[0]}; `ledger verify` says all of it")
        _rebuild(connection, batches(log.lines(0, size)), rows, head, progress)


def _rebuild(
    connection: sqlite3.Connection,
    lines: Iterable[list[Line]],
    rows: Iterator[Rows],
    last: Line | None,
    progress: Progress,
) -> None:
    connection.execute(f"PRAGMA cache_size = {-_CACHE}")
    with _transaction(connection), uncollected():
        create_tables(connection)
        for some in lines:
            insert_events(connection, some)
            _insert_all(connection, next(rows, no_rows()))  # as they come: whoever folds need not wait
            progress(len(some))
        for left in rows:
            _insert_all(connection, left)
        create_indexes(connection)
        _mark_retracted(connection, after=0)
        _write_meta(connection, last)
        insert_all_words(connection)
        connection.execute("INSERT INTO meta VALUES ('schema', ?)", (fingerprint(connection),))


def folded(log: Log, size: int) -> Iterator[Rows]:
    """What the streams amount to, many at a time: no more of the log is held than is handed over."""
    rows, count = no_rows(), 0
    for _, stream in groupby(log.by_stream(size), key=attrgetter("stream")):
        lines = list(stream)
        add_stream(rows, lines)
        count += len(lines)
        if count >= _BATCH:
            yield rows
            rows, count = no_rows(), 0
    yield rows


def catch_up(connection: sqlite3.Connection, log: Log, progress: Progress) -> None:
    """Take in what the log has grown by."""
    with _transaction(connection), uncollected():
        row = connection.execute("SELECT value FROM meta WHERE key = 'position'").fetchone()
        position = int(row[0])  # read anew: another process may have been faster
        last: Line | None = None
        for lines in batches(log.lines(position)):
            insert_events(connection, lines)
            progress(len(lines))
            last = lines[-1]
        if last is None:
            return
        for name, condition in (("commitment", _OF_COMMITMENT), ("statement", _OF_STATEMENT)):
            _fold_anew(connection, name, condition, position)
        _mark_retracted(connection, position)
        insert_words(connection, position)
        _write_meta(connection, last)


def _fold_anew(connection: sqlite3.Connection, name: str, condition: str, after: int) -> None:
    """Replace the rows of all streams that have grown; what they hold is in the views already."""
    rows = no_rows()
    # ruff: noqa: S608 - the names of tables and columns are constants
    grown = f"SELECT DISTINCT {name} FROM events WHERE position > ? AND {condition} ORDER BY 1"
    for (one,) in connection.execute(grown, (after,)).fetchall():
        columns = f"{name}, kind, position, line"
        query = f"SELECT {columns} FROM events WHERE {name} = ? AND {condition} ORDER BY position"
        told = connection.execute(query, (one,))
        add_stream(rows, [Placed(stream, kind, at, line.encode()) for stream, kind, at, line in told])
        for table in FOLDED[name]:
            connection.execute(f"DELETE FROM {table} WHERE {name} = ?", (one,))
    _insert_all(connection, rows)


def _insert_all(connection: sqlite3.Connection, rows: Rows) -> None:
    for table, some in rows.items():
        insert(connection, table, some)


def _mark_retracted(connection: sqlite3.Connection, after: int) -> None:
    retractions = (
        "SELECT position, json_extract(line, '$.event') FROM events WHERE kind = 'retracted' AND position > ?"
    )
    found = connection.execute(retractions, (after,)).fetchall()
    connection.executemany("UPDATE events SET retracted_at = ? WHERE id = ?", found)


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines, some thousands at a time."""
    for _, batch in groupby(lines, key=lambda line: (line.position - 1) // _BATCH):
        yield list(batch)


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


def _write_meta(connection: sqlite3.Connection, last: Line | None) -> None:
    last_day = connection.execute("SELECT coalesce(max(occurred_on), '') FROM events").fetchone()[0]
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta_of(last, last_day).items())


def meta_of(last: Line | None, last_day: str) -> dict[str, str]:
    """What `meta` says of a log with this `last` line, whose last event was on that day; but for the schema."""
    return {
        "version": VERSION,
        "position": str(last.position if last else 0),
        "line": hashlib.sha256(last.state).hexdigest() if last else "",
        "last_day": last_day,
    }
