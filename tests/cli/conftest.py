"""Ledgers to begin from: for tests that only ask, shared; for those that append, a copy of their own."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger import Ledger
from tests.kit.harm import harmed
from tests.kit.ledgers import pact, shipped
from tests.kit.process import Program

__all__ = ["brussels", "empty", "files", "harmed", "lines", "pact", "scratch", "shipped"]


@pytest.fixture
def brussels(program: Program, shipped: Program) -> Program:
    """The shipped record, to append to."""
    shutil.copy(shipped.folder / "ledger.db", program.folder)
    return program


@pytest.fixture
def scratch(program: Program, pact: Program) -> Program:
    """The record of `tests.kit.pact`, to append to."""
    shutil.copy(pact.folder / "ledger.db", program.folder)
    return program


@pytest.fixture
def empty(program: Program) -> Program:
    """An empty ledger."""
    Ledger.create(program.folder / "ledger.db", clock=lambda: datetime.now(UTC)).close()
    return program


def lines(program: Program, name: str = "ledger.db") -> list[bytes]:
    """The lines of a ledger in the program's folder, read without the program."""
    with Ledger.open(program.folder / name, clock=lambda: datetime.now(UTC)) as ledger:
        return list(ledger.export())


def files(program: Program) -> set[Path]:
    """What stands in the program's folder, caches and SQLite's own companions aside."""
    found = {path.relative_to(program.folder) for path in program.folder.rglob("*")}
    return {
        path
        for path in found
        if path.parts[0] != "cache" and not path.name.endswith(("-wal", "-shm", ".views.db"))
    }
