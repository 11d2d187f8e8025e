"""The forms that the rooms of this floor hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeAlias

Clock = Callable[[], datetime]
"""Tells the time, in UTC."""

Progress = Callable[[int], None]
"""Called with how many more lines were taken in."""


class Line(NamedTuple):
    """A line as the log stores it: `position` from 1, `state` its bytes without a newline."""

    position: int
    state: bytes


class Placed(NamedTuple):
    """A line of one stream's, with its kind."""

    stream: str
    kind: str
    position: int
    state: bytes


StreamRow: TypeAlias = tuple[str, int, str, bytes]
"""A line that is put in: its stream, its version there (from 1), its kind, and its bytes."""


class Row(NamedTuple):
    """A row of the log's table as it lies there, for the audit; in a damaged one anything may be of any type."""

    position: int
    stream: object
    version: object
    kind: object
    state: object
