"""Connections to the server: made as libpq reads the URL, and made anew when they were lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from ledger.errors import BadInput, StoreAway
from ledger.store.postgres.address import Address
from ledger.store.postgres.trouble import is_lost, translated

Answer = TypeVar("Answer")
Values = Sequence[object] | Mapping[str, object]

PATIENCE: Final = 60.0
"""Seconds that we wait for a server that was there before: a restart or a promotion takes some."""

_PAUSE: Final = 0.2

_DEFAULTS: Final = {
    "connect_timeout": ("PGCONNECT_TIMEOUT", "10"),
    "keepalives_idle": ("", "15"),  # a server that is cut off says nothing: seconds until it is asked,
    "keepalives_interval": ("", "5"),  # and asked again,
    "keepalives_count": ("", "3"),  # and given up
    "tcp_user_timeout": ("", "30000"),  # milliseconds
    "fallback_application_name": ("PGAPPNAME", "commitment-ledger"),
}
"""What is asked of libpq where neither the URL nor the environment (named first) says otherwise."""


def connect(address: Address, *, writable: bool = False, patience: float = 0) -> Connection[TupleRow]:
    """A connection in autocommit. With several hosts, `writable` goes on to the one that is not a standby.

    Tries again until `patience`, in seconds, has passed. Raises `BadInput` for a URL that libpq can't read, and
    `StoreAway` when no server can be reached.
    """
    until = time.monotonic() + patience
    options = _options(address, writable=writable)
    while True:
        try:
            return psycopg.connect(address.url, autocommit=True, prepare_threshold=None, **options)
        except psycopg.OperationalError as error:
            if time.monotonic() >= until:
                said = address.without_secrets(str(error))
                raise StoreAway(f"{address.shown} cannot be reached: {said}") from error
            time.sleep(_PAUSE)


def _options(address: Address, *, writable: bool) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(address.url)
    except psycopg.ProgrammingError as error:
        raise BadInput(f"{address.shown} cannot be read: {address.without_secrets(str(error))}") from None
    options = {
        name: value
        for name, (variable, value) in _DEFAULTS.items()
        if name not in given and not os.environ.get(variable)
    }
    if writable and "target_session_attrs" not in given and not os.environ.get("PGTARGETSESSIONATTRS"):
        options["target_session_attrs"] = "read-write"
    return options


class Link:
    """A connection that is made when it is first needed, and made anew when it was lost."""

    def __init__(self, address: Address, *, writable: bool = False) -> None:
        self.address = address
        self._writable = writable
        self._connection: Connection[TupleRow] | None = None
        self._known = False  # whether the server has been there before, and is worth waiting for

    def connection(self) -> Connection[TupleRow]:
        """The connection. Raises `StoreAway`."""
        if self._connection is None or self._connection.closed:
            patience = PATIENCE if self._known else 0
            self._connection = connect(self.address, writable=self._writable, patience=patience)
            self._known = True
        return self._connection

    def fetch(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """All rows of a question, which is put once more if the connection is lost on the way."""

        def fetched(connection: Connection[TupleRow]) -> list[tuple[Any, ...]]:
            with connection.cursor(binary=True) as cursor:
                return cursor.execute(query.encode(), values or None).fetchall()

        return self.ask(fetched)

    def ask(self, question: Callable[[Connection[TupleRow]], Answer]) -> Answer:
        """The answer to a question, which is put once more if the connection is lost on the way."""
        with translated(self.address):
            try:
                return question(self.connection())
            except psycopg.Error as error:
                if not is_lost(error):
                    raise
            self.close()
            return question(self.connection())

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
