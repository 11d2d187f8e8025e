"""The log's lines as entries. What can't be read back was damaged after it was recorded."""

from __future__ import annotations

from typing import Final

from ledger.errors import BadInput, StoreError
from ledger.events.history import moment_in
from ledger.events.lifecycle import Moment
from ledger.events.lines import Entry, read_back
from ledger.store.forms import Line, Placed

_UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, BadInput)


def entry_of(line: Line | Placed) -> Entry:
    """The entry that a line of our own log holds. Raises `StoreError` if it can't be read."""
    try:
        line.state.decode()
        return read_back(line.state, line.position)
    except _UNREADABLE as error:
        raise _damaged(line) from error


def moment_at(line: Placed) -> Moment:
    """No more than the moment that a dated fact in our own log is. Raises `StoreError` if it can't be read."""
    try:
        return moment_in(line.state, line.position)
    except _UNREADABLE as error:
        raise _damaged(line) from error


def _damaged(line: Line | Placed) -> StoreError:
    return StoreError(
        f"line {line.position} of the log is damaged; `ledger verify` says how, and an export restores it"
    )
