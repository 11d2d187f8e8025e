"""Being told by the server that the log has grown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import psycopg
from psycopg import Connection, errors
from psycopg.rows import TupleRow

from ledger.store.forms import Line
from ledger.store.postgres.address import Address
from ledger.store.postgres.connecting import connect
from ledger.store.postgres.schema import CHANNEL
from ledger.store.postgres.trouble import is_lost, translated

_POLL: Final = 0.5
"""Seconds between two looks at a standby, which tells nobody anything."""


class Listener:
    """A connection that listens, made with the first wait. What it hears is a hint; the log says what is so."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: Connection[TupleRow] | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def wait(self, after: int, seconds: float, head: Callable[[], Line | None]) -> None:
        """Come back when there may be a line after a position, or when that time has passed."""
        with translated(self._address):
            try:
                if self._connection is None:
                    self._connection = connect(self._address)
                    self._connection.execute(f"LISTEN {CHANNEL}")
                    return  # what came before nobody told us: it has to be looked for
                for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                    pass
            except errors.ReadOnlySqlTransaction:
                self.close()
                _poll(after, seconds, head)
            except psycopg.Error as error:
                self.close()
                if not is_lost(error):
                    raise


def _poll(after: int, seconds: float, head: Callable[[], Line | None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        last = head()
        if last is not None and last.position > after:
            return
        time.sleep(min(_POLL, left))
