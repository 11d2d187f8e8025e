"""Which store a location names: a path is a file, a URL a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import BadInput, StoreError
from ledger.store.log import SQLiteLog
from ledger.store.ports import Log

if TYPE_CHECKING:
    from ledger.store.appending import Appender


def open_log(location: str | Path, *, offline: bool = False) -> Log:
    """The log at a location; `offline`, what was read of it before. Raises `StoreError`, `BadInput`."""
    if is_server(location):
        from ledger.store.postgres.opening import open_offline, open_server  # noqa: PLC0415 - loads the extra

        return open_offline(str(location)) if offline else open_server(str(location))
    if offline:
        raise BadInput("--offline is for a record on a server; a file needs no server")
    return SQLiteLog(_path(location))


def is_server(location: str | Path) -> bool:
    """Whether a location is the URL of a server."""
    return str(location).startswith(("postgresql://", "postgres://"))


@contextmanager
def making(location: str | Path, readers: Sequence[str] = (), writers: Sequence[str] = ()) -> Iterator[Appender]:
    """A new log to put lines in, which is there when the block ends without error, and else never.

    `readers` and `writers` are roles of a server. Raises `StoreExists` if something is there.
    """
    if is_server(location):
        from ledger.store.postgres.opening import make_on_server  # noqa: PLC0415 - loads the extra

        with make_on_server(str(location), readers, writers) as appender:
            yield appender
        return
    from ledger.store.creating import creating  # noqa: PLC0415 - what only reads loads no library

    path = _path(location)
    if readers or writers:
        raise BadInput("--reader and --writer name roles of a server; a file has its permissions instead")
    with creating(path) as log, closing(log.writer(_never_asked)) as writer, writer.appending() as appender:
        yield appender


def _never_asked() -> datetime:
    return datetime.min.replace(tzinfo=UTC)  # lines that are restored keep their times


def _path(location: str | Path) -> Path:
    if "://" in str(location):
        scheme = str(location).split("://", 1)[0]
        raise StoreError(
            f"{scheme}:// is no store that this version can open; give the path of a file, or postgresql://…"
        )
    return Path(location)
