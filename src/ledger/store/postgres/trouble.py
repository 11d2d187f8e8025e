"""Saying in words what a server could not do. Nothing of a driver's own errors passes beyond this floor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg import errors

from ledger.errors import StoreBusy, StoreError, StoreInterrupted
from ledger.store.postgres.address import Address
from ledger.store.trouble import LOCK_TIMEOUT

_GONE: Final = (
    "08",  # connection exceptions
    "57P01",  # the server is being shut down,
    "57P02",  # has crashed,
    "57P03",  # or is not up yet
    "25P03",  # it waited too long for our next word
    "40001",  # a standby could not keep what we were reading
    "40P01",  # a deadlock, of which we were the victim
)
"""SQLSTATEs, or how they begin, after which the same can be tried on a new connection."""


def is_lost(error: BaseException | None) -> bool:
    """Whether it was the connection that failed, or another's lock, and not what was asked."""
    if isinstance(error, PersistenceError):
        error = error.__cause__
    if not isinstance(error, psycopg.Error):
        return False
    if error.sqlstate is None:  # the server could say nothing any more
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate.startswith(_GONE)


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Raise what the driver and the eventsourcing library raise as `StoreError`, about the server there."""
    try:
        yield
    except (psycopg.Error, PersistenceError) as error:
        raise in_words(address, error) from error


def in_words(address: Address, error: psycopg.Error | PersistenceError) -> StoreError:
    """What the server could not do, as our own error."""
    cause = error.__cause__ if isinstance(error, PersistenceError) else error
    said = address.without_secrets(str(error)).removesuffix(".")
    if is_lost(error):
        return StoreInterrupted(
            f"{address.shown}: the server was lost and nothing was recorded; try again ({said})"
        )
    if isinstance(cause, errors.LockNotAvailable):
        return StoreBusy(
            f"{address.shown}: another has been writing for more than {LOCK_TIMEOUT} seconds; try again"
        )
    if isinstance(cause, errors.UniqueViolation):
        said = "the log is append-only: not the next version of its stream, or not the next position"
    return StoreError(f"{address.shown}: {_cause(cause, said)}")


def _cause(error: BaseException | None, said: str) -> str:
    if isinstance(error, errors.InsufficientPrivilege):
        return f"your role may not do this ({said}); ask whoever keeps the server, or name another user in the URL"
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return "this server only reads, as a standby does; name the primary in the URL to record"
    if isinstance(error, errors.DiskFull):
        return "the server's disk is full; nothing was recorded, make room and try again"
    if isinstance(error, psycopg.IntegrityError):
        return said.partition(" CONTEXT:")[0]
    return f"the server refused ({said})"
