"""The eventsourcing library's recorder on our schema: guarded, one append at a time, positions without gaps."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.rows import DictRow, dict_row

from ledger.store.postgres.address import Address
from ledger.store.postgres.connecting import PATIENCE, connect
from ledger.store.postgres.schema import CHANNEL, EVENTS, SCHEMA, TABLE
from ledger.store.trouble import LOCK_TIMEOUT

_IDLE: Final = 120
"""Seconds that the server waits for the next word of an append, before it gives the lock to somebody else."""

# In binary, since a line as text would be twice as long.
_INSERT: Final = f"""
    INSERT INTO {EVENTS} (originator_id, originator_version, topic, state, notification_id)
    SELECT line.originator_id, line.originator_version, line.topic, line.state, %s + line.number
    FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[])
        WITH ORDINALITY AS line (originator_id, originator_version, topic, state, number)
"""  # noqa: S608 - constants


class Connections:
    """What the library takes for its pool: connections by the URL as libpq reads it, used again when given back.

    A pool proper would keep threads, and hide behind a timeout why a server can't be reached.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: list[Connection[DictRow]] = []
        self._patience = 0.0

    def open(self, *_: object) -> None:
        """Nothing is opened ahead."""

    @contextmanager
    def connection(self) -> Iterator[Connection[DictRow]]:
        """A connection that nobody else has."""
        connection = self._idle.pop() if self._idle else self._connected()
        try:
            yield connection
        finally:
            if connection.closed:
                self.close()  # what is idle was lost with it
            else:
                self._idle.append(connection)

    def _connected(self) -> Connection[DictRow]:
        made: Any = connect(self._address, writable=True, patience=self._patience)
        made.row_factory = dict_row
        self._patience = PATIENCE
        connection: Connection[DictRow] = made
        return connection

    def close(self) -> None:
        """Let go of those that are idle."""
        while self._idle:
            self._idle.pop().close()


class ServerDatastore(PostgresDatastore):
    """The library's, over a URL."""

    def __init__(self, address: Address) -> None:
        super().__init__("", "", "", "", "", schema=SCHEMA, originator_id_type="text", lock_timeout=LOCK_TIMEOUT)
        self.pool = Connections(address)  # type: ignore[assignment]

    def register_type_adapters(self) -> None:
        """None are needed: lines are handed over in columns."""


class ServerRecorder(PostgresApplicationRecorder):
    """The library's recorder with write transactions that read, and positions that are given under the lock."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = TABLE) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.channel_name = CHANNEL  # the guard tells it, whoever inserts
        self._open = threading.local()  # the write transaction of this thread, if it is in one

    @contextmanager
    def writing(self) -> Iterator[Cursor[DictRow]]:
        """One write transaction, which holds the lock: all that is inserted inside is committed, or nothing."""
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'")
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{_IDLE}s'")
            cursor.execute(f"SELECT {SCHEMA}.begin_append() AS now")
            self._open.cursor = cursor
            try:
                yield cursor
            finally:
                self._open.cursor = None

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        """Insert in the open write transaction, or in one of its own; returns the positions.

        Not tried again, as the library does: a commit whose answer was lost would be taken for a conflict.
        """
        if (cursor := getattr(self._open, "cursor", None)) is not None:
            return self.insert(cursor, stored_events)
        with self.writing() as cursor:
            return self.insert(cursor, stored_events)

    def insert(self, cursor: Cursor[DictRow], events: Sequence[StoredEvent]) -> Sequence[int]:
        """Insert at the end of the log, in a transaction that holds the lock."""
        head = cursor.execute(f"SELECT max(notification_id) AS head FROM {EVENTS}").fetchone()  # noqa: S608
        base = (head and head["head"]) or 0
        columns = (
            [str(one.originator_id) for one in events],
            [one.originator_version for one in events],
            [one.topic for one in events],
            [one.state for one in events],
        )
        cursor.execute(_INSERT, (base, *columns))
        return list(range(base + 1, base + 1 + len(events)))
