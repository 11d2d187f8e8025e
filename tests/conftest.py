"""Fixtures that every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ledger import Ledger
from tests.kit.facts import NOW
from tests.kit.process import Program
from tests.kit.servers import database, server, url

__all__ = ["database", "server", "url"]

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("default")


class Ticking:
    """A clock that a test sets: each reading is a second after the last."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def ledger(tmp_path: Path, clock: Ticking) -> Iterator[Ledger]:
    """An empty ledger in a file."""
    with Ledger.create(tmp_path / "ledger.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The installed program, in an empty folder."""
    return Program(tmp_path)


@pytest.fixture
def brussels(program: Program) -> Program:
    """The installed program, with the shipped record as its ledger."""
    program("init", "--record", "brussels").ok()
    return program
