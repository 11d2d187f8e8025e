"""The tables of the views, built with sqlite-utils. docs/reference/views.md tells people each column.

People query them with SQL, sqlite-utils and Datasette, so a change here is a change of contract; any change
raises `ledger.store.views.VERSION`, and views of another version are rebuilt.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlite_utils import Database

STANDING: Final[dict[str, type]] = {
    "status": str,
    "since": str,
    "event": str,
    "origin": str,
    "events": int,
    "kept": int,
    "last_kept": str,
    "score": int,
    "scored_on": str,
}

TABLES: Final[dict[str, tuple[dict[str, type], tuple[str, ...]]]] = {
    "statements": (
        {
            "statement": str,
            "title": str,
            "occurred_on": str,
            "place": str,
            "url": str,
            "parties": str,
            "text": str,
            "event": str,
            "position": int,
        },
        ("statement",),
    ),
    "commitments": (
        {
            "commitment": str,
            "title": str,
            "theme": str,
            "nature": str,
            "strength": str,
            "due": str,
            "due_basis": str,
            "parties": str,
            "position": int,
        },
        ("commitment",),
    ),
    "lives": (
        {"commitment": str, "countries": str, "from_day": str, "until_day": str, **STANDING},
        ("commitment", "countries", "from_day"),
    ),
    "events": (
        {
            "position": int,
            "id": str,
            "kind": str,
            "recorded_at": str,
            "recorded_by": str,
            "commitment": str,
            "statement": str,
            "parties": str,
            "occurred_on": str,
            "paragraph": int,
            "quote": str,
            "title": str,
            "occurrence": str,
            "score": int,
            "reason": str,
            "note": str,
            "source_title": str,
            "source_url": str,
            "retracted_at": int,
            "line": str,
        },
        ("position",),
    ),
    "meta": ({"key": str, "value": str}, ("key",)),
}

_STOOD: Final = ", ".join(STANDING)
# ruff: noqa: S608 - the names of columns are constants
VIEWS: Final = {
    "spells": (
        f"SELECT commitment, each.value AS country, from_day, until_day, {_STOOD} FROM lives "
        """JOIN json_each('["' || replace(countries, ' ', '","') || '"]') AS each"""
    ),
    "standings": f"SELECT commitment, country, {_STOOD} FROM spells WHERE until_day IS NULL",
}
"""Countries that always went together share their rows: a country's own are told by SQL."""

INDEXES: Final = {
    "commitments": (("theme",),),
    "events": (("id",), ("commitment",), ("statement",), ("occurred_on",), ("recorded_at",)),
}

SEARCHED: Final = (
    "commitment",
    "statement",
    "title",
    "quote",
    "occurrence",
    "reason",
    "note",
    "source_title",
)
"""The columns of `events` that the full-text index covers."""

_WORDS_AT_ONCE: Final = 64 * 1024 * 1024
"""Bytes of words that are gathered before they are written, while all are; with SQLite's own 1 MiB it takes twice
as long."""
_WORDS_USUALLY: Final = 1024 * 1024


def create_tables(connection: sqlite3.Connection) -> None:
    """Drop all that is there, and make the empty tables; inside the caller's transaction."""
    for kind, name in connection.execute(
        "SELECT CAST(type AS TEXT), CAST(name AS TEXT) FROM sqlite_master"
    ).fetchall():
        if kind == "table" and name.startswith("events_fts") and name != "events_fts":
            continue  # a shadow of the full-text table, which goes with it
        if kind in ("table", "view") and not name.startswith("sqlite_"):
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')
    database = _database(connection)
    for name, (columns, key) in TABLES.items():
        database.table(name).create(columns, pk=key if len(key) > 1 else key[0])
    for name, query in VIEWS.items():
        database.create_view(name, query)
    database.table("events").enable_fts(SEARCHED, tokenize="unicode61 remove_diacritics 2")


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes, once the tables are filled: sorting once is faster than inserting in order."""
    database = _database(connection)
    for name, indexes in INDEXES.items():
        for columns in indexes:
            database.table(name).create_index(columns)
    connection.execute("CREATE INDEX idx_lives_status ON lives (status) WHERE until_day IS NULL")


def insert_words(connection: sqlite3.Connection, after: int) -> None:
    """Make what the events after a position say searchable."""
    columns = ", ".join(SEARCHED)
    connection.execute(
        f"INSERT INTO events_fts (rowid, {columns}) SELECT position, {columns} FROM events WHERE position > ?",
        (after,),
    )


def insert_all_words(connection: sqlite3.Connection) -> None:
    """The same of all events, at once."""
    gather = "INSERT INTO events_fts (events_fts, rank) VALUES ('hashsize', ?)"
    connection.execute(gather, (_WORDS_AT_ONCE,))
    insert_words(connection, after=0)
    connection.execute(gather, (_WORDS_USUALLY,))


def _database(connection: sqlite3.Connection) -> Database:
    return Database(connection, execute_plugins=False)
