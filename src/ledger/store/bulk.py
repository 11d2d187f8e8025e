"""What bulk work does otherwise."""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Row = TypeVar("Row")

_ROWS: Final = 250
"""Rows to a statement: SQLite takes 32,766 values at most, and more than this is no faster."""

_WORTH_A_THREAD: Final = 1_000
"""Rows from which on handing them over is less than what is won."""
_WAITING: Final = 4
"""Batches that may wait to be inserted; then whoever makes them waits."""
_TURN: Final = 0.0002
"""Seconds that a thread may keep the interpreter while another wants it: inserting needs it often, and briefly."""


class _Executing(Protocol):
    def execute(self, statement: str, values: Sequence[Any], /) -> object: ...


def insert_rows(cursor: _Executing, begin: str, rows: Sequence[Sequence[Any]], end: str = "") -> None:
    """Run one statement for many rows, which are its VALUES: meanwhile other threads go on."""
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        marks = f"({', '.join('?' * len(part[0]))})"
        cursor.execute(f"{begin}VALUES {', '.join([marks] * len(part))}{end}", list(chain.from_iterable(part)))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which would walk millions of objects that are all still in use."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class WriteBehind(Generic[Row]):
    """Inserts large batches on a second thread, in order: SQLite works without the interpreter's lock.

    What fails there is raised by the next call, or at the end of the block, which all batches are in by.
    """

    def __init__(self, insert: Callable[[Sequence[Row]], None]) -> None:
        self._insert = insert
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()
        self._turn = sys.getswitchinterval()

    def __enter__(self) -> Self:
        return self

    def __call__(self, rows: Sequence[Row]) -> None:
        """Insert rows: now if they are few, else behind the caller's back; they are not altered meanwhile."""
        if len(rows) < _WORTH_A_THREAD:
            self._catch_up(0)
            self._insert(rows)
        else:
            self._catch_up(_WAITING - 1)
            self._waiting.append(self._started().submit(self._insert, rows))

    def _started(self) -> ThreadPoolExecutor:
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - one append needs none

            sys.setswitchinterval(_TURN)
            self._thread = ThreadPoolExecutor(max_workers=1)
        return self._thread

    def _catch_up(self, left: int) -> None:
        while len(self._waiting) > left:
            self._waiting.popleft().result()

    def __exit__(self, failed: object, *_: object) -> None:
        try:
            if failed is None:
                self._catch_up(0)
        finally:
            if self._thread is not None:
                self._thread.shutdown(cancel_futures=True)
                sys.setswitchinterval(self._turn)
