"""Do the views say what the log says? They are held against a fresh replay, table by table (design, section 7)."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from ledger.errors import Finding
from ledger.store.ports import Log
from ledger.store.views import queries
from ledger.store.views.current import current_views, replay
from ledger.store.views.schema import TABLES

# ruff: noqa: S608 - the names of tables and columns are constants


def compared(log: Log, path: Path) -> Iterator[Finding]:
    """Where the views at `path` differ from a fresh replay; stale or foreign ones are made anew first."""
    with tempfile.TemporaryDirectory() as folder, closing(current_views(path, log)) as views:
        try:
            fresh = Path(folder) / "fresh.db"
            views.execute("ATTACH ? AS fresh", (str(fresh),))
            views.execute("BEGIN")  # the log may grow meanwhile: both sides are taken up to one position
            replay(fresh, log, upto=queries.size(views))
            # What tables there are is no matter of the log, and was checked when the views were opened.
            views.execute("INSERT INTO fresh.meta SELECT key, value FROM main.meta WHERE key = 'schema'")
            for table in TABLES:
                yield from _compared(views, table)
            views.execute("ROLLBACK")
            yield from _words(views)
        except (sqlite3.Error, ValueError, TypeError) as error:
            yield Finding("views", None, f"the views cannot be read: {error}; `ledger rebuild` makes them anew")


def _compared(views: sqlite3.Connection, table: str) -> Iterator[Finding]:
    columns, key = TABLES[table]
    if views.execute(_same_rows(table, columns, key)).fetchone()[0]:
        return
    asked, order = ", ".join(columns), ", ".join(key)
    sides = (views.execute(f"SELECT {asked} FROM {one}.{table} ORDER BY {order}") for one in ("main", "fresh"))
    for found, expected in zip_longest(*sides):
        if found != expected:
            yield Finding("views", None, _differing(table, key, found, expected))
            return


def _same_rows(table: str, columns: Iterable[str], key: Iterable[str]) -> str:
    # Both sides have as many rows, and to each row of the one the other has its equal.
    found, expected = (", ".join(f"{side}.{column}" for column in columns) for side in ("found", "expected"))
    return (
        f"SELECT (SELECT count(*) FROM main.{table}) = (SELECT count(*) FROM fresh.{table}) AND NOT EXISTS ("
        f"SELECT 1 FROM fresh.{table} expected LEFT JOIN main.{table} found USING ({', '.join(key)}) "
        f"WHERE ({found}) IS NOT ({expected}))"
    )


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


def _differing(
    table: str, key: Sequence[str], found: tuple[object, ...] | None, expected: tuple[object, ...] | None
) -> str:
    # Of two rows that should be one, the one that comes first was put in, or is what was taken out.
    row = min((one for one in (found, expected) if one is not None), key=lambda one: one[: len(key)])
    where = " ".join(str(part) for part in row[: len(key)])
    return (
        f"{table} is not what a fresh replay gives, first at {where}: it was changed by hand; "
        "`ledger rebuild` makes it anew"
    )
