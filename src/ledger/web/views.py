"""The views as Datasette's database: opened for reading alone, and held to it by SQLite's own authorizer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from datasette.app import Datasette
from datasette.database import Database

from ledger.store.log import file_uri

LONGEST: Final = 16 * 1024 * 1024
"""Bytes that one value of a query may take, so that no query can claim all memory."""

_READING: Final = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
)
_PRAGMAS: Final = frozenset(
    (
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"),
        *("foreign_key_list", "schema_version", "data_version"),
    )
)
"""What Datasette asks of a schema. None of them tells where the file is."""


class Views(Database):
    """The file of the views, opened anew for every question: a rebuild may put another in its place."""

    def __init__(self, datasette: Datasette, path: Path) -> None:
        super().__init__(datasette, path=str(path), is_mutable=True)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection that reads. Nothing asks for one that writes; it would be refused."""
        if write:
            raise PermissionError("the explorer is read-only")
        uri = file_uri(Path(self.path)).replace("mode=rw", "mode=ro")
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("SELECT 1 FROM events_fts LIMIT 0")  # declares its table, which is not reading
        connection.set_authorizer(authorized)
        return connection

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """What `fn` makes of a connection, in a thread of Datasette's."""

        def asked() -> Any:
            with closing(self.connect()) as connection:
                self.ds._prepare_connection(connection, self.name)
                return fn(connection)

        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, asked)

    async def attached_databases(self) -> list[object]:
        """None, without asking SQLite, whose answer would tell where the file is."""
        return []

    async def execute_write_fn(self, *_: Any, **__: Any) -> Any:
        """Refused, before any thread is started for it."""
        raise PermissionError("the explorer is read-only")

    async def execute(self, *args: Any, **options: Any) -> Any:
        """The same as ever, but that a visitor's faulty SQL is told to the visitor alone."""
        try:
            return await super().execute(*args, **options | {"log_sql_errors": False})
        except sqlite3.ProgrammingError as error:  # too few values, as of a row by half of its key: as faulty
            raise sqlite3.OperationalError(str(error)) from error


def authorized(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """SQLite's authorizer: SELECT and what a schema is asked by; all else is denied when a query is prepared."""
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first in _PRAGMAS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY
