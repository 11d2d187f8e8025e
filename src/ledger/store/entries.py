"""The log's lines as entries. What can't be read back was damaged after it was recorded."""

from __future__ import annotations

from ledger.events.lines import Entry, read_back
from ledger.store.forms import Line
from ledger.store.values import read


def entry_of(line: Line) -> Entry:
    """The entry that a line of our own log holds. Raises `StoreError` if it can't be read."""
    return read(line, lambda state: read_back(state, line.position))
