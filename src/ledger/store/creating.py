"""Making a new ledger file: built aside, complete and on disk before it appears under its name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from ledger.errors import StoreExists, StoreMissing
from ledger.store.application import LineLog
from ledger.store.log import SQLiteLog, file_uri
from ledger.store.schema import APPLICATION_ID, SCHEMA_VERSION
from ledger.store.trouble import translated

_FILES: Final = ("", "-wal", "-shm", "-journal")
"""The endings of all that SQLite makes for one database."""


@contextmanager
def creating(path: Path) -> Iterator[SQLiteLog]:
    """A new, empty log to fill, which appears at `path` when the block ends without error, and else never.

    Raises `StoreExists` if anything is there, even if it came while the block ran; `StoreMissing` without
    a folder to put it in.
    """
    if path.exists() or path.is_symlink():
        raise StoreExists(_taken(path))
    if not path.parent.is_dir():
        raise StoreMissing(f"there is no folder {path.parent} to create {path.name} in; make it first")
    aside = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        with translated(path):
            _make(aside)
        log = SQLiteLog(aside)
        try:
            yield log
        finally:
            log.close()
        _publish(aside, path)
    finally:
        for ending in _FILES:  # by name: to list a folder takes a file handle, which there may be none of
            Path(f"{aside}{ending}").unlink(missing_ok=True)


def _make(path: Path) -> None:
    # Marked first, so that it is known for what it is from its first byte on.
    marking = sqlite3.connect(path, isolation_level=None)
    marking.execute("PRAGMA journal_mode = WAL")
    marking.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    marking.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    marking.close()
    LineLog(file_uri(path), create=True).close()


def _publish(aside: Path, path: Path) -> None:
    _sync(aside)
    try:
        os.link(aside, path)  # unlike a rename, it refuses to replace
    except FileExistsError:
        raise StoreExists(_taken(path)) from None
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _taken(path: Path) -> str:
    return f"{path} is there already, and a ledger is never written over; choose another --db"
