"""What bulk work does otherwise."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, Protocol

_ROWS: Final = 250
"""Rows to a statement: SQLite takes 32,766 values at most, and more than this is no faster."""


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
