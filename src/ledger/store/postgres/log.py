"""Reading the log on a server.

Lines are fetched a batch at a time, each from where the last one ended. The log only grows, and its positions are
committed in order, so that these batches are one snapshot; no transaction stays open, which would hold up the
server's own housekeeping, and a connection that is lost on the way costs nothing but its making.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ledger.errors import StoreAway, StoreError, StoreMissing
from ledger.store.forms import Clock, Line, Placed, Row
from ledger.store.postgres.address import Address
from ledger.store.postgres.connecting import Link
from ledger.store.postgres.listening import Listener
from ledger.store.postgres.schema import DEFINED, EVENTS, MARK, MARKED, SCHEMA, SCHEMA_VERSION, expected_schema
from ledger.store.views.location import cached_views

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from ledger.store.postgres.writing import ServerWriter

_BATCH: Final = 5_000
_LAG: Final = 10.0
"""Seconds that we wait for a standby to have what we have seen elsewhere."""

_SCANS: Final = ("seqscan", "indexscan", "indexonlyscan", "bitmapscan")
"""The server's ways to find rows, of which it may be asked to do without some."""

# ruff: noqa: S608 - the names of table and columns are constants
_LINES: Final = f"SELECT notification_id, state FROM {EVENTS}"
_ROWS: Final = f"SELECT notification_id, originator_id, originator_version, topic, state FROM {EVENTS}"


class ServerLog:
    """The log on one server, or on several of which one takes over from another."""

    def __init__(self, address: Address) -> None:
        """Look for the ledger there. Raises `StoreMissing`, or `StoreError` if it can't be read."""
        self.address = address
        self._link = Link(address)
        self._listener = Listener(address)
        try:
            check_mark(self._link)
        except StoreAway as error:
            if self.views().stat().st_size:
                raise StoreAway(f"{error}; --offline answers from what was read before") from error
            raise
        except BaseException:
            self.close()
            raise

    def __reduce__(self) -> tuple[object, ...]:
        return ServerLog, (self.address,)

    @property
    def name(self) -> str:
        return self.address.shown

    def close(self) -> None:
        """Let go of the connections."""
        self._link.close()
        self._listener.close()

    def head(self) -> Line | None:
        """The last line, or None of an empty log."""
        return self._one(f"{_LINES} ORDER BY notification_id DESC LIMIT 1")

    def line_at(self, position: int) -> Line | None:
        """The line at a position, or None. Waits for it on a standby. Raises `StoreError` if it stays behind."""
        until = time.monotonic() + _LAG
        while (line := self._one(f"{_LINES} WHERE notification_id = %s", position)) is None and position > 0:
            if not self._is_standby():
                return None
            if time.monotonic() > until:
                raise StoreError(
                    f"{self.name}: this standby does not have line {position} yet, which was read before; "
                    "try again when it has caught up, or name the primary"
                )
            time.sleep(0.1)
        return line

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Line]:
        """The lines in log order, those after a position, up to and including another; one snapshot."""
        return map(Line._make, self._batches(_LINES, after, upto))

    def by_stream(self, upto: int) -> Iterator[Placed]:
        """The lines up to and including a position, stream by stream, each in log order; one snapshot."""
        query = (
            f"{_ROWS} WHERE notification_id BETWEEN 1 AND %s AND (originator_id, originator_version) > (%s, %s) "
            f"ORDER BY originator_id, originator_version LIMIT {_BATCH}"
        )
        stream, version = "", 0
        while batch := self._link.fetch(query, (upto, stream, version)):
            yield from (Placed(stream, kind, position, state) for position, stream, _, kind, state in batch)
            _, stream, version, *_ = batch[-1]

    def rows(self) -> Iterator[Row]:
        """All rows as they lie there, by position; one snapshot."""
        return map(Row._make, self._batches(_ROWS, -(2**63), None))

    def integrity(self) -> list[str]:
        """Whether the indexes, by which the log is read, lead to every row that there is."""
        rows, indexed = self._counts(("indexscan", "indexonlyscan", "bitmapscan"), ("seqscan", "bitmapscan"))
        if rows == indexed:
            return []
        return [f"the server's index leads to {indexed} lines of {rows}: REINDEX {EVENTS} mends it"]

    def schema(self) -> dict[str, str]:
        """What is in the schema, by name, on one line each."""
        found = self._link.fetch(DEFINED, {"schema": SCHEMA, "events": EVENTS})
        return {name: " ".join(said.split()) for name, said in found}

    def expected_schema(self) -> dict[str, str]:
        """What `schema` tells of a log that is as it was made."""
        return expected_schema()

    def stream(self, stream: str) -> Iterator[Line]:
        """The lines of one stream, in log order."""
        found = self._link.fetch(f"{_LINES} WHERE originator_id = %s ORDER BY originator_version", [stream])
        return map(Line._make, found)

    def streams_citing(self, statement: str) -> Iterator[str]:
        """The streams with a line that names a statement."""
        found = self._link.fetch(CITING, [cited(statement)])
        return (stream for (stream,) in found)

    def streams(self) -> Iterator[str]:
        """The names of all streams."""
        return (stream for (stream,) in self._link.fetch(f"SELECT DISTINCT originator_id FROM {EVENTS}"))

    def wait(self, after: int, seconds: float) -> None:
        """Come back when there may be a line after a position, or when that time has passed."""
        self._listener.wait(after, seconds, self.head)

    def views(self) -> Path:
        """Where its views are kept: in the user's cache, by where the record is."""
        return cached_views(self.address.key())

    def writer(self, _: Clock) -> ServerWriter:
        """What appends to it, by the server's clock."""
        from ledger.store.postgres.writing import ServerWriter  # noqa: PLC0415 - loads eventsourcing

        return ServerWriter(self.address)

    def _counts(self, *without: Sequence[str]) -> list[int]:
        """How many lines there are, each time found without these scans; in one snapshot, since others append."""

        def count(connection: Connection[TupleRow]) -> list[int]:
            found: list[int] = []
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                for scans in without:
                    for scan in _SCANS:
                        connection.execute(f"SET LOCAL enable_{scan} = {'off' if scan in scans else 'on'}")
                    counted = connection.execute(f"SELECT count(*) FROM {EVENTS} WHERE notification_id <> 0")
                    found += [number for (number,) in counted]
            return found

        return self._link.ask(count)

    def _is_standby(self) -> bool:
        return bool(self._link.fetch("SELECT pg_is_in_recovery()")[0][0])

    def _one(self, query: str, *values: object) -> Line | None:
        found = self._link.fetch(query, values)
        return Line._make(found[0]) if found else None

    def _batches(self, query: str, after: int, upto: int | None) -> Iterator[tuple[Any, ...]]:
        last = self._link.fetch(f"SELECT max(notification_id) FROM {EVENTS}")[0][0] or 0
        last = last if upto is None else min(last, upto)
        bounded = (
            f"{query} WHERE notification_id > %s AND notification_id <= %s ORDER BY notification_id LIMIT {_BATCH}"
        )
        while batch := self._link.fetch(bounded, (after, last)):
            yield from batch
            after = batch[-1][0]


CITING: Final = f"SELECT DISTINCT originator_id FROM {EVENTS} WHERE position(%s::bytea IN state) > 0"
"""Its value is what `cited` gives."""


def cited(statement: str) -> bytes:
    """What a line that names the statement has in it."""
    return f'"statement":{json.dumps(statement, ensure_ascii=False)}'.encode()


def check_mark(link: Link) -> None:
    """Raises `StoreMissing` without a ledger in that database, `StoreError` if it is of a later version."""
    found = link.fetch(MARKED, [SCHEMA])
    if not found:
        raise StoreMissing(f"there is no ledger at {link.address.shown}; create one with `ledger init`")
    mark = found[0][0] or ""
    version = mark.removeprefix(MARK)
    if not mark.startswith(MARK) or not version.isdecimal():
        raise StoreError(f"{link.address.shown} has a schema {SCHEMA} that is no ledger; choose another database")
    if int(version) > SCHEMA_VERSION:
        raise StoreError(
            f"{link.address.shown} was written by a newer version of this program (schema {version}, this one "
            f"reads up to {SCHEMA_VERSION}); upgrade commitment-ledger to open it"
        )
