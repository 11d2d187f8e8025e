"""The eventsourcing application that appends to the log. Only what writes loads this module.

What the library does and what it leaves to us is written down in docs/architecture.md.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    Mapper,
    OperationalError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor, SQLiteTransaction
from eventsourcing.utils import Environment, EnvType

from ledger.store.bulk import insert_rows
from ledger.store.forms import StreamRow
from ledger.store.schema import GUARDS, TABLE
from ledger.store.trouble import LOCK_TIMEOUT


class StreamLine(NamedTuple):
    """A line in its stream, as the library's domain event: the version counts from 1."""

    originator_id: str
    originator_version: int
    kind: str
    line: bytes


class LineMapper(Mapper[str]):
    """Stores the line's own bytes, under the kind as topic.

    The library's mapper would name the class as topic, which moving a file would orphan, and bypass the
    models' validation on the way back.
    """

    def __init__(self) -> None:
        """Without transcoder, compressor or cipher: the bytes are the record."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        assert isinstance(domain_event, StreamLine)
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.kind,
            state=domain_event.line,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> StreamLine:
        return StreamLine(
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )


_PAUSE: Final = (0.0005, 0.004)
"""Seconds, at the least and at the most, between two tries for the write lock; an append takes about as long."""


class ImmediateTransaction(SQLiteTransaction):
    """Takes the write lock at the start.

    A transaction that reads first and then writes is refused at once, whatever the busy timeout, if another
    process wrote in between. Waits for a moment at a time: SQLite's own pauses grow to a tenth of a second, so
    that whoever has waited longest is the least likely to be next.
    """

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        until = time.monotonic() + LOCK_TIMEOUT
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    cursor.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > until:
                        raise OperationalError(error) from error
                    time.sleep(random.uniform(*_PAUSE))  # noqa: S311 - no secret, only not in step with others
                else:
                    return cursor
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT * 1000}")


class LineRecorder(SQLiteApplicationRecorder):
    """The library's recorder with the guards, write transactions that read, and rows inserted together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open = threading.local()  # the write transaction of this thread, if it is in one

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *GUARDS.values()]

    @contextmanager
    def writing(self) -> Iterator[SQLiteCursor]:
        """One write transaction: all that is inserted inside is committed at its end, or nothing."""
        with self.datastore.get_connection(commit=True) as connection:
            transaction = ImmediateTransaction(connection, commit=True)
            with transaction as cursor, cursor:
                self._open.cursor = cursor
                try:
                    yield cursor
                finally:
                    self._open.cursor = None

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Insert in the open write transaction, or in one of its own; returns the positions."""
        if (cursor := getattr(self._open, "cursor", None)) is not None:
            return self._insert_events(cursor, stored_events, **kwargs)
        with self.writing() as cursor:
            return self._insert_events(cursor, stored_events, **kwargs)

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        first = (self._max_notification_id(c) or 0) + 1
        self.insert_lines(
            c, [(str(s.originator_id), s.originator_version, s.topic, s.state) for s in stored_events]
        )
        return list(range(first, first + len(stored_events)))

    @staticmethod
    def insert_lines(cursor: SQLiteCursor, lines: Sequence[StreamRow]) -> None:
        """Insert in the open transaction."""
        try:
            insert_rows(cursor, _INSERT, lines)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error


_INSERT: Final = f"INSERT INTO {TABLE} (originator_id, originator_version, topic, state) "

RECORDER_TOPIC: Final = f"{LineRecorder.__module__}:{LineRecorder.__qualname__}"


class LineLog(Application[str]):
    """The library's application over one ledger file; `create` makes its table and guards."""

    name = "ledger"

    def __init__(self, uri: str, *, create: bool = False) -> None:
        super().__init__(
            {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": uri,
                "SQLITE_LOCK_TIMEOUT": str(LOCK_TIMEOUT),
                "APPLICATION_RECORDER_TOPIC": RECORDER_TOPIC,
                "ORIGINATOR_ID_TYPE": "text",
                "CREATE_TABLE": "yes" if create else "no",
            }
        )

    @property
    def line_recorder(self) -> LineRecorder:
        """The recorder, as what it is."""
        assert isinstance(self.recorder, LineRecorder)
        return self.recorder

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        # The library would merge the process's environment, and a stray variable could redirect a ledger.
        return Environment(name, dict(env or {}))

    def construct_factory(self, env: Environment) -> InfrastructureFactory:
        return InfrastructureFactory.construct(env)

    def construct_mapper(self) -> Mapper[str]:
        return LineMapper()
