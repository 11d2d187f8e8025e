"""Where the views of a ledger are kept: beside it, or in the user's cache where that can't be written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def views_path(ledger: Path) -> Path:
    """The views file of the ledger at `ledger`; its folder exists."""
    beside = ledger.with_name(f"{ledger.name}.views.db")
    if os.access(beside if beside.exists() else beside.parent, os.W_OK) and os.access(beside.parent, os.W_OK):
        return beside
    from platformdirs import user_cache_path  # noqa: PLC0415 - rarely needed, and slow to load

    name = hashlib.sha256(str(ledger.resolve()).encode()).hexdigest()[:16]
    return user_cache_path("commitment-ledger", ensure_exists=True) / f"{name}.views.db"
