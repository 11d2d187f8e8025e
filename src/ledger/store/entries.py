"""The log's lines as entries. What can't be read back was damaged after it was recorded."""

from __future__ import annotations

from ledger.events.history import moment_in
from ledger.events.lifecycle import Moment
from ledger.events.lines import Entry, read_back
from ledger.store.forms import Line, Placed
from ledger.store.values import read


def entry_of(line: Line | Placed) -> Entry:
    """The entry that a line of our own log holds. Raises `StoreError` if it can't be read."""
    return read(line, lambda state: read_back(state, line.position))


def moment_at(line: Placed) -> Moment:
    """No more than the moment that a dated fact in our own log is. Raises `StoreError` if it can't be read."""
    return read(line, lambda state: moment_in(state, line.position))
