"""What the floors above ask of a store, whatever it is made of: a file, or a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ledger.store.forms import Clock, Line, Placed, Row

if TYPE_CHECKING:
    from ledger.store.appending import Appender


class Log(Protocol):
    """Reading a log. `tests/contract` holds every store to it; all of it raises `StoreError`.

    One that is pickled is opened anew where it is unpickled.
    """

    @property
    def name(self) -> str:
        """What people call it: a path, or a URL without its password."""

    def close(self) -> None:
        """Let go of it."""

    def head(self) -> Line | None:
        """The last line, or None of an empty log."""

    def line_at(self, position: int) -> Line | None:
        """The line at a position, or None."""

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Line]:
        """The lines in log order, those after a position, up to and including another; one snapshot."""

    def by_stream(self, upto: int) -> Iterator[Placed]:
        """The lines up to and including a position, stream by stream, each in log order; one snapshot."""

    def rows(self) -> Iterator[Row]:
        """All rows as they lie there, by position; one snapshot."""

    def integrity(self) -> list[str]:
        """What the database itself finds wrong, a sentence each; nothing, if it is sound."""

    def schema(self) -> dict[str, str]:
        """How everything in it is defined, by name."""

    def expected_schema(self) -> dict[str, str]:
        """What `schema` tells of a log that is as it was made."""

    def stream(self, stream: str) -> Iterator[Line]:
        """The lines of one stream, in log order."""

    def streams_citing(self, statement: str) -> Iterator[str]:
        """The streams with a line that names a statement."""

    def streams(self) -> Iterator[str]:
        """The names of all streams."""

    def wait(self, after: int, seconds: float) -> None:
        """Come back when there may be a line after a position, or when that time has passed."""

    def views(self) -> Path:
        """Where its views are kept; the folder exists."""

    def writer(self, clock: Clock) -> Writer:
        """What appends to it; a server tells the time by a clock of its own."""


class Writer(Protocol):
    """Appending to a log."""

    def close(self) -> None:
        """Let go of it."""

    def appending(self) -> AbstractContextManager[Appender]:
        """One append: all that is put in is recorded at the end, or nothing. Holds the write lock.

        Once it has ended without error all of it is recorded. Raises `StoreInterrupted` if the store was lost
        and certainly nothing was recorded, so that it may be tried again.
        """
