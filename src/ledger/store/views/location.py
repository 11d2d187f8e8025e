"""Where the views of a ledger are kept: beside it, or in the user's cache if there is no such place."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ledger.errors import StoreError


def views_path(ledger: Path) -> Path:
    """The views file of the ledger at `ledger`; its folder exists."""
    beside = ledger.with_name(f"{ledger.name}.views.db")
    if os.access(beside if beside.exists() else beside.parent, os.W_OK) and os.access(beside.parent, os.W_OK):
        return beside
    name = hashlib.sha256(str(ledger.resolve()).encode()).hexdigest()[:16]
    return _cached(name)


def cached_views(key: str) -> Path:
    """The views file of a record on a server, by the key of its address. Nobody else on this machine may read it.

    It is made if it is not there, empty. Raises `StoreError`.
    """
    try:
        path = _cached(key)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"{error.filename}: {error.strerror}; the views are kept in your cache, and XDG_CACHE_HOME says where"
        ) from error
    return path


def _cached(name: str) -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - rarely needed, and slow to load

    return user_cache_path("commitment-ledger", ensure_exists=True) / f"{name}.views.db"
