"""The server's side of `ledger.store.opening`; the one module that is imported from outside this package."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ledger.errors import StoreError
from ledger.store.postgres.address import Address
from ledger.store.views.location import cached_views

if TYPE_CHECKING:
    from ledger.store.appending import Appender
    from ledger.store.offline import OfflineLog
    from ledger.store.postgres.log import ServerLog


def open_server(url: str) -> ServerLog:
    """The log at a URL."""
    _need_psycopg()
    from ledger.store.postgres.log import ServerLog  # noqa: PLC0415 - the extra

    return ServerLog(Address(url))


def open_offline(url: str) -> OfflineLog:
    """The lines of it that were read before."""
    _need_psycopg()
    from ledger.store.offline import OfflineLog  # noqa: PLC0415 - rarely needed

    address = Address(url)
    return OfflineLog(cached_views(address.key()), address.shown)


def make_on_server(url: str, readers: Sequence[str], writers: Sequence[str]) -> AbstractContextManager[Appender]:
    """A new log at a URL."""
    _need_psycopg()
    from ledger.store.postgres.creating import creating  # noqa: PLC0415 - the extra

    return creating(Address(url), readers, writers)


def _need_psycopg() -> None:
    try:
        import psycopg  # noqa: F401, PLC0415 - the extra
    except ImportError:
        raise StoreError("a record on a server needs psycopg: pip install 'commitment-ledger[postgres]'") from None
