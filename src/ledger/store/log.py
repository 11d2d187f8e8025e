"""Reading the log in an SQLite file (design, section 5), with the standard library alone."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ledger.errors import StoreError, StoreMissing
from ledger.store.forms import Clock, Line, Placed, Row
from ledger.store.schema import APPLICATION_ID, SCHEMA_VERSION, TABLE, expected_schema
from ledger.store.trouble import LOCK_TIMEOUT, translated
from ledger.store.views.location import views_path

if TYPE_CHECKING:
    from ledger.store.appending import LogWriter

_POLL: Final = 0.2
"""Seconds between two looks at whether a file has grown: soon enough for whoever watches, and little work."""


class SQLiteLog:
    """The log in one file. Opening checks that it is a ledger that this version can read."""

    def __init__(self, path: Path) -> None:
        """Open the ledger at `path`. Raises `StoreMissing`, or `StoreError` if it is none."""
        self.path = path
        if not path.exists():
            raise StoreMissing(f"there is no ledger at {path}; create one with `ledger init`")
        self._as_found: tuple[object, ...] | None = None
        with translated(path):
            self._opened = self._open()

    def __reduce__(self) -> tuple[object, ...]:
        return SQLiteLog, (self.path,)

    @property
    def name(self) -> str:
        return str(self.path)

    def close(self) -> None:
        """Let go of the file."""
        self._opened.close()

    def head(self) -> Line | None:
        """The last line, or None of an empty log."""
        return self._one("ORDER BY rowid DESC LIMIT 1")

    def line_at(self, position: int) -> Line | None:
        """The line at a position, or None."""
        return self._one("WHERE rowid = ?", position)

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Line]:
        """The lines in log order, those after a position, up to and including another; one snapshot."""
        last = upto if upto is not None else 2**63 - 1
        expected = after
        with translated(self.path):
            for line in self._select("WHERE rowid > ? AND rowid <= ? ORDER BY rowid", after, last):
                expected += 1
                if line.position != expected:
                    raise StoreError(
                        f"{self.path}: line {expected} of the log is gone; `ledger verify` says what else is, "
                        "and an export restores it"
                    )
                yield line

    def by_stream(self, upto: int) -> Iterator[Placed]:
        """The lines up to and including a position, stream by stream, each in log order; one snapshot."""
        with translated(self.path):
            columns = "CAST(originator_id AS TEXT), topic, rowid, CAST(state AS BLOB)"
            order = "ORDER BY originator_id, originator_version"
            query = f"SELECT {columns} FROM {TABLE} WHERE rowid <= ? {order}"  # noqa: S608
            yield from map(Placed._make, self._reading.execute(query, (upto,)))

    def rows(self) -> Iterator[Row]:
        """All rows as they lie there, by position; one snapshot."""
        with translated(self.path):
            columns = "rowid, originator_id, originator_version, topic, state"
            query = f"SELECT {columns} FROM {TABLE} ORDER BY rowid"  # noqa: S608
            yield from map(Row._make, self._reading.execute(query))

    def integrity(self) -> list[str]:
        """What SQLite itself finds wrong with the file; nothing, if it is sound."""
        with translated(self.path):
            told = [
                line for (said,) in self._reading.execute("PRAGMA integrity_check") for line in said.splitlines()
            ]
        found = [line for line in told if not line.startswith("***")]  # a heading above several
        return [] if found == ["ok"] else [f"SQLite finds the file damaged: {line}" for line in found]

    def schema(self) -> dict[str, str]:
        """The statements that made what the file holds, by name, on one line each."""
        with translated(self.path):
            found = self._reading.execute(
                "SELECT CAST(name AS TEXT), CAST(sql AS TEXT) FROM sqlite_master WHERE sql IS NOT NULL"
            )
            return {name: " ".join(sql.split()) for name, sql in found}

    def expected_schema(self) -> dict[str, str]:
        """What `schema` tells of a ledger that is as it was made."""
        return expected_schema()

    def stream(self, stream: str) -> Iterator[Line]:
        """The lines of one stream, in log order."""
        with translated(self.path):
            yield from self._select("WHERE originator_id = ? ORDER BY originator_version", stream)

    def streams_citing(self, statement: str) -> Iterator[str]:
        """The streams with a line that names a statement."""
        with translated(self.path):
            named = "json_extract(CAST(state AS TEXT), '$.statement')"
            found = self._reading.execute(
                f"SELECT DISTINCT originator_id FROM {TABLE} WHERE {named} = ?",  # noqa: S608
                (statement,),
            )
            yield from (stream for (stream,) in found)

    def streams(self) -> Iterator[str]:
        """The names of all streams."""
        with translated(self.path):
            found = self._reading.execute(f"SELECT DISTINCT originator_id FROM {TABLE}")  # noqa: S608
            yield from (stream for (stream,) in found)

    def wait(self, after: int, seconds: float) -> None:
        """Come back when there is a line after a position, or when that time has passed."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            head = self.head()
            if head is not None and head.position > after:
                return
            time.sleep(min(_POLL, left))

    def views(self) -> Path:
        """Where its views are kept."""
        return views_path(self.path)

    def writer(self, clock: Clock) -> LogWriter:
        """What appends to it, by this clock."""
        from ledger.store.appending import LogWriter  # noqa: PLC0415 - what only reads loads no library

        return LogWriter(self, clock)

    @property
    def _reading(self) -> sqlite3.Connection:
        # A file that was opened as if nobody wrote to it may be written by somebody who may do more than we.
        if self._as_found is not None and self._as_found != self._state():
            self._opened.close()
            self._opened = self._open()
        return self._opened

    def _state(self) -> tuple[object, ...]:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size, self._log_ahead.exists()

    @property
    def _log_ahead(self) -> Path:
        return Path(f"{self.path}-wal")

    def _open(self) -> sqlite3.Connection:
        self._as_found = None
        try:
            return self._connected(file_uri(self.path))
        except sqlite3.OperationalError as error:
            # Nobody can be writing where nothing may be written, and nothing is waiting to be taken in. Where
            # something may be, it is the system that is short of something: what others record would be missed.
            writable = os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)
            refused = "readonly" in str(error) or "unable to open" in str(error)
            if not refused or writable or self._log_ahead.exists():
                raise
            self._as_found = self._state()
            return self._connected(f"{file_uri(self.path)}&immutable=1")

    def _connected(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_TIMEOUT)
        connection.text_factory = _text
        try:
            self._check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if mark != APPLICATION_ID:
            raise StoreError(f"{self.path} is an SQLite file, and no ledger; choose another with --db")
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path} was written by a newer version of this program (schema {version}, this one "
                f"reads up to {SCHEMA_VERSION}); upgrade commitment-ledger to open it"
            )

    def _one(self, condition: str, *values: object) -> Line | None:
        with translated(self.path):
            return next(self._select(condition, *values), None)

    def _select(self, condition: str, *values: object) -> Iterator[Line]:
        cursor = self._reading.execute(f"SELECT rowid, CAST(state AS BLOB) FROM {TABLE} {condition}", values)  # noqa: S608
        return map(Line._make, cursor)


def file_uri(path: Path) -> str:
    """The file as SQLite's URI, to be opened and never created."""
    return f"file:{quote(str(path.absolute()))}?mode=rw"


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")  # damaged text is for the audit to name, and no crash
