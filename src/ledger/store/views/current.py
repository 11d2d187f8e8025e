"""Views that are current: opened, held against the log, and caught up or rebuilt if they lag or are not of it."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

from ledger.errors import StoreError
from ledger.store.forms import Progress
from ledger.store.ports import Log
from ledger.store.trouble import LOCK_TIMEOUT, translated
from ledger.store.views import VERSION

_NOT_OF_THE_FILE: Final = ("locked", "busy", "is full")
"""What a new file would not mend."""


_MUCH: Final = 10_000
"""Lines that are caught up with, stream by stream, before it is worth asking whether a rebuild is less work."""


def no_progress(_: int) -> None:
    """For whoever does not watch."""


def current_views(path: Path, log: Log, progress: Progress = no_progress) -> sqlite3.Connection:
    """A connection to views that hold exactly what the log holds. Raises `StoreError`."""
    with translated(path):
        connection = _open(path)
        state = views_state(connection, log)
        if state == "fresh":
            return connection
        return _refresh(path, connection, log, progress, anew=state != "behind")


def rebuilt_views(path: Path, log: Log, progress: Progress = no_progress) -> sqlite3.Connection:
    """The same, thrown away and made anew whatever they hold."""
    with translated(path):
        return _refresh(path, _open(path), log, progress, anew=True)


def are_current(path: Path, log: Log) -> bool:
    """Whether the views at `path` hold exactly what the log holds, as they lie there."""
    try:
        with closing(connected(path)) as connection:
            return path.exists() and views_state(connection, log) == "fresh"
    except (sqlite3.Error, UnicodeDecodeError, StoreError):
        return False


def _refresh(
    path: Path, connection: sqlite3.Connection, log: Log, progress: Progress, *, anew: bool
) -> sqlite3.Connection:
    # Only here are the models and sqlite-utils loaded: what finds fresh views answers without them.
    from ledger.store.views.refresh import catch_up, rebuild  # noqa: PLC0415

    try:
        if anew:
            rebuild(connection, log, progress)
        else:
            catch_up(connection, log, progress)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if any(sign in str(error) for sign in _NOT_OF_THE_FILE):
            raise
        connection.close()
        _remove(path)
        connection = _open(path)
        rebuild(connection, log, progress)
    return connection


def _open(path: Path) -> sqlite3.Connection:
    try:
        return connected(path)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if any(sign in str(error) for sign in _NOT_OF_THE_FILE) or "unable to open" in str(error):
            raise
    _remove(path)
    return connected(path)


def connected(path: Path) -> sqlite3.Connection:
    """A connection to the file as it lies there, or to a new one."""
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
    connection.execute("PRAGMA secure_delete = OFF")  # the log keeps it all: no use in wiping what is replaced
    connection.row_factory = _without_blobs
    return connection


def _without_blobs(_: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
    # The views hold none; where a bit flips a text may turn into one, and no renderer takes it.
    if bytes in map(type, row):
        raise sqlite3.DatabaseError("a text is stored as bytes")
    return row


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def views_state(connection: sqlite3.Connection, log: Log) -> Literal["fresh", "behind", "far behind", "foreign"]:
    """How views stand to a log: they hold all of it, its beginning (or little of it), or what is not of it."""
    try:
        meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
        whole = meta.get("schema") == fingerprint(connection) and _is_whole(connection)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return "foreign"
    position = meta.get("position", "")
    if meta.get("version") != VERSION or "last_day" not in meta or not whole or not position.isdecimal():
        return "foreign"
    line = log.line_at(int(position))
    if (hashlib.sha256(line.state).hexdigest() if line else "") != meta.get("line"):
        return "foreign"
    head = log.head()
    lag = (head.position if head else 0) - int(position)
    return "fresh" if not lag else "far behind" if lag > max(_MUCH, int(position)) else "behind"


def fingerprint(connection: sqlite3.Connection) -> str:
    """What tables, columns and indexes there are, as `meta` keeps it: views that lack one are made anew."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _is_whole(connection: sqlite3.Connection) -> bool:
    """Whether the file has all the pages that it says it has; they may still be in the write-ahead log."""
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    ahead = path.with_name(f"{path.name}-wal")
    if ahead.exists() and ahead.stat().st_size:
        return True
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return bool(path.stat().st_size >= pages * size)
