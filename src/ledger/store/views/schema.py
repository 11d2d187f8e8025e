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
    "standings": ({"commitment": str, "country": str, **STANDING}, ("commitment", "country")),
    "spells": (
        {"commitment": str, "country": str, "from_day": str, "until_day": str, **STANDING},
        ("commitment", "country", "from_day"),
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

INDEXES: Final = {
    "commitments": (("theme",),),
    "standings": (("status",), ("country",)),
    "spells": (("from_day",),),
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


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes, once the tables are filled: sorting once is faster than inserting in order."""
    database = _database(connection)
    for name, indexes in INDEXES.items():
        for columns in indexes:
            database.table(name).create_index(columns)


def create_search(connection: sqlite3.Connection) -> None:
    """Make the index of words over the events that are there."""
    _database(connection).table("events").enable_fts(SEARCHED, tokenize="unicode61 remove_diacritics 2")


def _database(connection: sqlite3.Connection) -> Database:
    return Database(connection, execute_plugins=False)
