"""One append to the log: a transaction that reads what it judges by, and records all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from ledger.events.book import Accepted, Book
from ledger.events.kinds import commitment_stream
from ledger.events.lines import Entry, line_of
from ledger.events.times import format_time, utc
from ledger.store.application import LineLog
from ledger.store.entries import entry_of
from ledger.store.forms import Clock, Line, StreamRow
from ledger.store.log import SQLiteLog, file_uri
from ledger.store.trouble import translated

_MANY: Final = 200
"""Streams that are asked for one by one; then the names of all are learned, and only those asked for."""


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
            with recorder.writing() as cursor:
                yield Appender(partial(recorder.insert_lines, cursor), self._log, self._clock())


class Recorded(Protocol):
    """What an append judges by: the log as it was when the write lock was taken."""

    def head(self) -> Line | None: ...

    def stream(self, stream: str) -> Iterator[Line]: ...

    def streams(self) -> Iterator[str]: ...

    def streams_citing(self, statement: str) -> Iterator[str]: ...


class Precedents:
    """What facts are judged by: the record as it was when the write lock was taken, and nothing since."""

    def __init__(self, log: Recorded) -> None:
        self._log = log
        self._asked = 0
        self._streams: set[str] | None = None
        self.head = log.head()
        self.position = self.head.position if self.head else 0

    def book(self) -> Book:
        """A book to judge with what is appended after them."""
        return Book(self.entries, self.citing)

    def entries(self, stream: str) -> Iterator[Entry]:
        """The entries of a stream, in log order."""
        if not self._may_have(stream):
            return iter(())
        return (entry_of(line) for line in self._log.stream(stream))

    def _may_have(self, stream: str) -> bool:
        self._asked += 1
        if self._asked == _MANY:
            self._streams = set(self._log.streams())
        return self.head is not None and (self._streams is None or stream in self._streams)

    def citing(self, statement: str) -> Iterator[str]:
        """The commitments that may cite a statement."""
        prefix = commitment_stream("")
        streams = self._log.streams_citing(statement)
        return (stream.removeprefix(prefix) for stream in streams if stream.startswith(prefix))


class Appender:
    """What may be done while the write lock is held. `recorded_at` is one for all that is appended together.

    It is read under the lock and never lies before the last line's, so that whoever asks what was known at a
    time gets one answer for ever. `insert` puts rows into the transaction that holds the lock; `log` is the record
    as it was before.
    """

    def __init__(self, insert: Callable[[Sequence[StreamRow]], None], log: Recorded, now: datetime) -> None:
        self.insert = insert
        self.log = log
        self.before = Precedents(log)
        self.position = self.before.position
        now = utc(now)
        head = self.before.head
        self.recorded_at: datetime = max(now, entry_of(head).recorded_at) if head else now

    def record(self, accepted: Accepted, by: str) -> Entry:
        """Put in a fact that was judged, under its envelope."""
        self.insert([row_of(accepted, format_time(self.recorded_at), by)])
        self.position += 1
        return Entry(self.position, accepted.id, self.recorded_at, by, accepted.fact)


def row_of(accepted: Accepted, recorded_at: str, by: str) -> StreamRow:
    """A fact that may be recorded as the log stores it. Raises `BadInput` if its line would be too long."""
    _, _, event, stream, version, content, _ = accepted
    return stream, version, content["kind"], line_of(event, recorded_at, by, content)
