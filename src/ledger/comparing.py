"""Do the views say what the log says? They are held against a replay of it, table by table (design, section 7)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Final, NamedTuple

from ledger.errors import Finding
from ledger.events.book import Book
from ledger.store.aside import aside
from ledger.store.entries import entry_of
from ledger.store.forms import Line
from ledger.store.ports import Log
from ledger.store.views import queries
from ledger.store.views.current import are_current, connected, current_views
from ledger.store.views.filling import Rows, add_commitment, add_statement, differing_events, no_rows
from ledger.store.views.refresh import batches, meta_of
from ledger.store.views.schema import TABLES

_BATCH: Final = 1_000
"""Commitments whose rows are held at a time."""

# ruff: noqa: S608 - the names of tables and columns are constants


class Beside(NamedTuple):
    """What `unfolded` yields up to a position, by a second process that was begun before."""

    upto: int
    found: Iterator[Any]


@contextmanager
def beside(log: Log, path: Path) -> Iterator[Beside | None]:
    """Begin what needs no replay, if the views are current as they are."""
    if not are_current(path, log):
        yield None
        return
    with closing(current_views(path, log)) as views:
        upto = queries.size(views)
    with aside(upto, unfolded, log, path, upto) as found:
        yield Beside(upto, found)


def unfolded(log: Log, path: Path, upto: int) -> Iterator[Any]:
    """Two things: the first event whose row is not what its line says, if any; what is wrong with the words."""
    with closing(connected(path)) as views:
        rows = (differing_events(views, lines) for lines in batches(log.lines(0, upto)))
        yield next((position for position in rows if position is not None), None)
        yield list(_words(views))


def compared(log: Log, path: Path, record: Book, size: int, begun: Beside | None) -> Iterator[Finding]:
    """Where the views at `path` differ from a replay; stale or foreign ones are made anew first.

    `record` is the replay: it was told the first `size` lines of the log, and is told what came since.
    """
    with closing(current_views(path, log)) as views:
        try:
            views.row_factory = None  # what turned into bytes is told as what differs
            views.execute("BEGIN")  # the log may grow meanwhile: both sides are taken up to one position
            for line in log.lines(size, upto := queries.size(views)):
                record.add(entry_of(line))
            rest = begun.found if begun and begun.upto == upto else unfolded(log, path, upto)
            differing = dict(_folded(views, record))
            differing |= _events(views, record, upto, next(rest))
            differing |= _differs("meta", _rows(views, "meta"), _meta(views, record, log.line_at(upto)))
            yield from (differing[table] for table in TABLES if table in differing)
            views.execute("ROLLBACK")
            yield from next(rest)
        except (sqlite3.Error, ValueError, TypeError) as error:
            yield Finding("views", None, f"the views cannot be read: {error}; `ledger rebuild` makes them anew")


def _folded(views: sqlite3.Connection, record: Book) -> Iterator[tuple[str, Finding]]:
    """What is wrong with the tables that hold what streams amount to."""
    found = {table: _rows(views, table) for table in no_rows()}
    for rows in _amounting(record):
        for table, expected in rows.items():
            if table in found and (wrong := _differs(table, islice(found[table], len(expected)), expected)):
                yield from wrong.items()
                del found[table]
    for table, left in found.items():
        yield from _differs(table, left, ()).items()


def _amounting(record: Book) -> Iterator[Rows]:
    histories = iter(record.histories())
    while some := list(islice(histories, _BATCH)):
        rows = no_rows()
        for history in some:
            add_commitment(rows, history)
        yield rows
    rows = no_rows()
    for statement in record.statements():
        add_statement(rows, statement)
    yield rows


def _events(views: sqlite3.Connection, record: Book, upto: int, differing: int | None) -> dict[str, Finding]:
    if differing is not None:
        return {"events": _told("events", (differing,))}
    beyond = views.execute("SELECT position FROM events WHERE position NOT BETWEEN 1 AND ?", (upto,))
    if (found := beyond.fetchone()) is not None:
        return {"events": _told("events", found)}
    marked = views.execute("SELECT position, retracted_at FROM events WHERE retracted_at IS NOT NULL ORDER BY 1")
    return _differs("events", marked, sorted(record.retracted().items()))


def _meta(views: sqlite3.Connection, record: Book, last: Line | None) -> list[tuple[object, ...]]:
    # What tables there are is no matter of the log, and was checked when the views were opened.
    schema = views.execute("SELECT key, value FROM meta WHERE key = 'schema'").fetchall()
    return sorted([*meta_of(last, record.last_day()).items(), *schema])


def _rows(views: sqlite3.Connection, table: str) -> Iterator[tuple[object, ...]]:
    columns, key = TABLES[table]
    return views.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(key)}")


def _differs(
    table: str, found: Iterable[tuple[object, ...]], expected: Sequence[tuple[object, ...]]
) -> dict[str, Finding]:
    """The table with what is wrong with it, if these rows are not those."""
    rows = list(found)
    if rows == list(expected):
        return {}
    key = len(TABLES[table][1])
    pair = next(pair for pair in zip_longest(rows, expected) if pair[0] != pair[1])
    # Of two rows that should be one, the one that comes first was put in, or is what was taken out.
    first = min((one[:key] for one in pair if one is not None), key=lambda one: tuple(map(str, one)))
    return {table: _told(table, first)}


def _told(table: str, key: Sequence[object]) -> Finding:
    said = f"{table} is not what a fresh replay gives, first at {' '.join(map(str, key))}: it was changed by hand"
    return Finding("views", None, f"{said}; `ledger rebuild` makes it anew")


def _words(views: sqlite3.Connection) -> Iterator[Finding]:
    try:
        views.execute("BEGIN IMMEDIATE")
        views.execute("INSERT INTO events_fts (events_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        said = f"the index of words does not fit the events ({error}); `ledger rebuild` makes it anew"
        yield Finding("views", None, said)
    finally:
        if views.in_transaction:  # SQLite itself rolls back where the disk is full
            views.execute("ROLLBACK")
