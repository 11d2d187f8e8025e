"""The log's lines as entries. What can't be read back was damaged after it was recorded."""

from __future__ import annotations

from ledger.errors import BadInput, StoreError
from ledger.events.lines import Entry, read_back
from ledger.store.forms import Line


def entry_of(line: Line) -> Entry:
    """The entry that a line of our own log holds. Raises `StoreError` if it can't be read."""
    try:
        line.state.decode()
        return read_back(line.state, line.position)
    except (ValueError, TypeError, KeyError, AttributeError, BadInput) as error:
        raise StoreError(
            f"line {line.position} of the log is damaged; `ledger verify` says how, and an export restores it"
        ) from error
