"""Appending to the log on a server, through connections that may be lost at any moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from eventsourcing.persistence import PersistenceError

from ledger.errors import StoreError
from ledger.store.appending import Appender
from ledger.store.application import LineMapper, StreamLine
from ledger.store.forms import Line, StreamRow
from ledger.store.postgres.address import Address
from ledger.store.postgres.log import CITING, cited
from ledger.store.postgres.recorder import ServerDatastore, ServerRecorder
from ledger.store.postgres.schema import EVENTS
from ledger.store.postgres.trouble import is_lost, translated

if TYPE_CHECKING:
    from psycopg import Cursor
    from psycopg.rows import DictRow

# ruff: noqa: S608 - the names of table and columns are constants
_LINES: Final = f"SELECT notification_id, state FROM {EVENTS}"


class ServerWriter:
    """Appends to a log on a server. `recorded_at` is the server's time, read under the lock."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._datastore = ServerDatastore(address)
        self._recorder: ServerRecorder | None = None

    def close(self) -> None:
        """Let go of the connection."""
        self._datastore.close()

    @contextmanager
    def appending(self) -> Iterator[Appender]:
        """One append: all that is put in is recorded at the end, or nothing. Holds the write lock.

        A commit whose answer was lost is looked up: it is there, and then all is well, or it is not, and then
        `StoreInterrupted` is raised, as for any loss before it.
        """
        put: Inserting | None = None
        done = False
        with translated(self._address):
            if self._recorder is None:
                self._recorder = ServerRecorder(self._datastore)
            try:
                with self._recorder.writing() as cursor:
                    put = Inserting(self._recorder, cursor)
                    yield Appender(put, put.log, put.now)
                    done = True
            except (psycopg.Error, PersistenceError) as error:
                if not done or put is None or put.first is None or not is_lost(error):
                    raise
                if not self._holds(put.first, error):
                    raise

    def _holds(self, line: Line, error: psycopg.Error | PersistenceError) -> bool:
        """Whether a line of ours was recorded. Asked under the lock, which the lost session may still hold."""
        assert self._recorder is not None
        try:
            with self._recorder.writing() as cursor:
                found = cursor.execute(f"{_LINES} WHERE notification_id = %s", [line.position]).fetchone()
        except (psycopg.Error, PersistenceError, StoreError) as again:
            said = self._address.without_secrets(str(error))
            raise StoreError(
                f"{self._address.shown}: the server was lost while it recorded, and can't be asked whether it did "
                f"({said}); when it is back give the same command again, which records nothing twice"
            ) from again
        return found is not None and bytes(found["state"]) == line.state


class Inserting:
    """Puts lines into an open transaction, and keeps the first of them: with it all of them are there."""

    def __init__(self, recorder: ServerRecorder, cursor: Cursor[DictRow]) -> None:
        begun = cursor.fetchone()
        assert begun is not None
        self.now = begun["now"]
        self.log = RecordedLines(cursor)
        self.first: Line | None = None
        self._recorder = recorder
        self._cursor = cursor
        self._mapper = LineMapper()

    def __call__(self, rows: Sequence[StreamRow]) -> None:
        events = [self._mapper.to_stored_event(StreamLine._make(row)) for row in rows]
        positions = self._recorder.insert(self._cursor, events)
        self.first = self.first or Line(positions[0], rows[0][3])


class RecordedLines:
    """The log as it was when the lock was taken, read in the transaction that holds it.

    Another connection might lead to another server, and this transaction sees what it has put in itself.
    """

    def __init__(self, cursor: Cursor[DictRow]) -> None:
        self._cursor = cursor
        found = self._fetch(f"{_LINES} ORDER BY notification_id DESC LIMIT 1")
        self._head = found[0] if found else None

    def head(self) -> Line | None:
        """The last line, or None of an empty log."""
        return self._head

    def stream(self, stream: str) -> Iterator[Line]:
        """The lines of one stream, in log order."""
        query = f"{_LINES} WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version"
        return iter(self._fetch(query, stream, self._end()))

    def streams(self) -> Iterator[str]:
        """The names of all streams."""
        found = self._cursor.execute(f"SELECT DISTINCT originator_id FROM {EVENTS}").fetchall()
        return (row["originator_id"] for row in found)

    def streams_citing(self, statement: str) -> Iterator[str]:
        """The streams with a line that names a statement."""
        query = f"{CITING} AND notification_id <= %s"
        found = self._cursor.execute(query.encode(), [cited(statement), self._end()]).fetchall()
        return (row["originator_id"] for row in found)

    def _end(self) -> int:
        return self._head.position if self._head else 0

    def _fetch(self, query: str, *values: object) -> list[Line]:
        rows = self._cursor.execute(query.encode(), values).fetchall()
        return [Line(row["notification_id"], bytes(row["state"])) for row in rows]
