"""Views that are current: opened, held against the log, and caught up or rebuilt if they lag or are not of it."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from pathlib import Path
from typing import Literal

from ledger.store.forms import Progress
from ledger.store.log import SQLiteLog
from ledger.store.trouble import LOCK_TIMEOUT, translated
from ledger.store.views import VERSION


def no_progress(_: int) -> None:
    """For whoever does not watch."""


def current_views(path: Path, log: SQLiteLog, progress: Progress = no_progress) -> sqlite3.Connection:
    """A connection to views that hold exactly what the log holds. Raises `StoreError`."""
    with translated(path):
        connection = _open(path)
        state = _state(connection, log)
        if state == "fresh":
            return connection
        return _refresh(path, connection, log, progress, anew=state == "foreign")


def rebuilt_views(path: Path, log: SQLiteLog, progress: Progress = no_progress) -> sqlite3.Connection:
    """The same, thrown away and made anew whatever they hold."""
    with translated(path):
        return _refresh(path, _open(path), log, progress, anew=True)


def _refresh(
    path: Path, connection: sqlite3.Connection, log: SQLiteLog, progress: Progress, *, anew: bool
) -> sqlite3.Connection:
    # Only here are the models and sqlite-utils loaded: what finds fresh views answers without them.
    from ledger.store.views.refresh import catch_up, rebuild  # noqa: PLC0415

    try:
        (rebuild if anew else catch_up)(connection, log, progress)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
            raise
        connection.close()
        _remove(path)
        connection = _open(path)
        rebuild(connection, log, progress)
    return connection


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if "not a database" not in str(error) and "malformed" not in str(error):
            raise
    _remove(path)
    return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=LOCK_TIMEOUT)
    deadline = time.monotonic() + LOCK_TIMEOUT
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # Two that open a fresh file at once both try this, and SQLite's own waiting does not cover it.
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA synchronous = OFF")  # what a crash spoils here is made anew
    return connection


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _state(connection: sqlite3.Connection, log: SQLiteLog) -> Literal["fresh", "behind", "foreign"]:
    try:
        meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    except sqlite3.DatabaseError:
        return "foreign"
    position = meta.get("position", "")
    if meta.get("version") != VERSION or not position.isdigit():
        return "foreign"
    line = log.line_at(int(position))
    if (hashlib.sha256(line.state).hexdigest() if line else "") != meta.get("line"):
        return "foreign"
    head = log.head()
    return "fresh" if int(position) == (head.position if head else 0) else "behind"
