"""The log's lines as JSON values, for whoever only shows them; this loads no models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ledger.errors import BadInput, StoreError
from ledger.events.identity import sound
from ledger.store.forms import Line, Placed

_T = TypeVar("_T")


def values_of(line: Line) -> dict[str, Any]:
    """The values that a line of our own log holds. Raises `StoreError` if it is not as it was recorded."""
    return read(line, sound)


def read(line: Line | Placed, how: Callable[[bytes], _T]) -> _T:
    """What `how` makes of the bytes of a line. Raises `StoreError` if it can't."""
    try:
        return how(line.state)
    except (ValueError, TypeError, KeyError, AttributeError, BadInput) as error:
        raise StoreError(
            f"line {line.position} of the log is damaged; `ledger verify` says how, and an export restores it"
        ) from error
