"""Saying in words what a database could not do. Nothing of a driver's own errors passes beyond this floor."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.errors import StoreBusy, StoreError

LOCK_TIMEOUT: Final = 30
"""Seconds that we wait for another process to finish its append."""

_ROOM: Final = 64 * 1024
"""Bytes that must be free for the smallest append: SQLite's shared index alone takes half of it."""

_CAUSES: Final = {
    "disk is full": "the disk is full; nothing was recorded, make room and try again",
    "disk I/O error": "the disk failed; nothing was recorded, check it and try again",
    "readonly": "it cannot be written; nothing was recorded, check its permissions and its folder's",
    "unable to open": "it cannot be opened; check that it is there, its permissions and its folder's",
    "malformed": "the file is damaged; `ledger verify` says where, and an export restores it",
    "not a database": "it is no ledger: not an SQLite file",
}


@contextmanager
def translated(where: object) -> Iterator[None]:
    """Raise what the driver and the eventsourcing library raise as `StoreError`, about the store `where`."""
    try:
        yield
    except Exception as error:
        if not _of_the_store(error):
            raise
        raise _in_words(where, error) from error


def _of_the_store(error: Exception) -> bool:
    persistence = sys.modules.get("eventsourcing.persistence")  # if it is not loaded, it raised nothing
    return isinstance(error, sqlite3.Error | OSError | UnicodeDecodeError) or (
        persistence is not None and isinstance(error, persistence.PersistenceError)
    )


def _in_words(where: object, error: Exception) -> StoreError:
    said = "malformed" if isinstance(error, UnicodeDecodeError) else str(error)
    if "locked" in said or "busy" in said:
        return StoreBusy(
            f"{where}: another process has been writing for more than {LOCK_TIMEOUT} seconds; try again"
        )
    if "disk I/O error" in said and _is_full(where):
        said = "disk is full"
    for sign, cause in _CAUSES.items():
        if sign in said:
            return StoreError(f"{where}: {cause}")
    if isinstance(error, OSError):
        return StoreError(f"{where}: {error.strerror or error}; nothing was recorded")
    return StoreError(f"{where}: the database refused ({said}); `ledger verify` says whether it is intact")


def _is_full(where: object) -> bool:
    # SQLite tells a full disk by its name only where a page doesn't fit; a file that it maps just fails.
    try:
        return isinstance(where, Path) and shutil.disk_usage(where.parent).free < _ROOM
    except OSError:
        return False
