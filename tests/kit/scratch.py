"""Folders that come and go by the hundred, in memory where the system has a place for that."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

_MEMORY = Path("/dev/shm")


def scratch() -> TemporaryDirectory[str]:
    """An empty folder, gone when it is closed. Nothing in it survives a crash, so it is no place to test one."""
    return TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
