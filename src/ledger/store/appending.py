"""One append to the log: a transaction that reads what it judges by, and records all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from ledger.events.kinds import commitment_stream
from ledger.events.lines import Entry, line_of
from ledger.events.times import format_time, utc
from ledger.store.application import LineLog, StreamLine
from ledger.store.bulk import WriteBehind
from ledger.store.entries import entry_of
from ledger.store.forms import Clock, Line
from ledger.store.log import SQLiteLog, file_uri
from ledger.store.trouble import translated

if TYPE_CHECKING:
    from ledger.events.book import Accepted

_BATCH: Final = 5_000
"""Lines that are inserted at a time: enough to be fast, few enough to hold."""

_MANY: Final = 200
"""Streams that an append asks for one by one; then it learns the names of all, and asks only for those."""


class LogWriter:
    """Appends to a log, through the library's application; it is opened with the first append."""

    def __init__(self, log: SQLiteLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._application: LineLog | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._application is not None:
            self._application.close()

    @contextmanager
    def appending(self) -> Iterator[Appender]:
        """One append: all that is put in is recorded at the end, or nothing. Holds the write lock."""
        with translated(self._log.path):
            if self._application is None:
                self._application = LineLog(file_uri(self._log.path))
            recorder = self._application.line_recorder
            # By the recorder alone; `save` would wrap each line three times over on the way.
            with recorder.writing() as cursor, WriteBehind(partial(recorder.insert_lines, cursor)) as insert:
                appender = Appender(insert, self._log, self._clock())
                yield appender
                appender.flush()


class Recorded(Protocol):
    """What an append judges by: the log as it was when the write lock was taken."""

    def head(self) -> Line | None: ...

    def stream(self, stream: str) -> Iterator[Line]: ...

    def streams(self) -> Iterator[str]: ...

    def streams_citing(self, statement: str) -> Iterator[str]: ...


class Appender:
    """What may be done while the write lock is held. `recorded_at` is one for all that is appended together.

    It is read under the lock and never lies before the last line's, so that whoever asks what was known at a
    time gets one answer for ever. `insert` puts lines into the transaction that holds the lock; they are its own.
    """

    def __init__(self, insert: Callable[[Sequence[StreamLine]], None], log: Recorded, now: datetime) -> None:
        self._insert = insert
        self._log = log
        self._pending: list[StreamLine] = []
        self._asked = 0
        self._streams: set[str] | None = None
        head = log.head()
        self._begins = head is None
        self.position = head.position if head else 0
        now = utc(now)
        self.recorded_at: datetime = max(now, entry_of(head).recorded_at) if head else now
        self._recorded_at_text = format_time(self.recorded_at)

    def entries(self, stream: str) -> Iterator[Entry]:
        """The recorded entries of a stream, in log order; none that this append put in."""
        if not self._may_have(stream):
            return iter(())
        return (entry_of(line) for line in self._log.stream(stream))

    def _may_have(self, stream: str) -> bool:
        self._asked += 1
        if self._asked == _MANY:
            self._streams = set(self._log.streams())
        return not self._begins and (self._streams is None or stream in self._streams)

    def citing(self, statement: str) -> Iterator[str]:
        """The commitments on record that may cite a statement."""
        prefix = commitment_stream("")
        streams = self._log.streams_citing(statement)
        return (stream.removeprefix(prefix) for stream in streams if stream.startswith(prefix))

    def record(self, accepted: Accepted, by: str) -> Entry:
        """Put in a fact that was judged, under its envelope."""
        entry = Entry(self.position + 1, accepted.id, self.recorded_at, by, accepted.fact)
        line = line_of(accepted.id, self._recorded_at_text, by, accepted.content)
        self.keep(entry, accepted.version, line)
        return entry

    def keep(self, entry: Entry, version: int, line: bytes) -> None:
        """Put in a line as it stands, the `version`th of its stream."""
        self.position += 1
        self._pending.append(StreamLine(entry.fact.stream, version, entry.fact.kind, line))
        if len(self._pending) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Insert what is pending; it is committed when the append ends."""
        if self._pending:
            self._insert(self._pending)
            self._pending = []
