"""Ledgers made once a session: to be asked, and never appended to."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ledger import Ledger
from ledger.record import lines_of
from tests.kit.pact import create_pact
from tests.kit.process import Program


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The shipped record, in a folder of its own."""
    folder = tmp_path_factory.mktemp("shipped")
    Ledger.create(folder / "ledger.db", clock=lambda: datetime.now(UTC), lines=lines_of("brussels")).close()
    return Program(folder)


@pytest.fixture(scope="session")
def pact(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The record of `tests.kit.pact`, in a folder of its own."""
    folder = tmp_path_factory.mktemp("pact")
    create_pact(folder / "ledger.db")
    return Program(folder)


def shipped_text() -> str:
    """The words of the statement that the shipped record is about."""
    text: str = next(json.loads(line) for line in lines_of("brussels"))["text"]
    return text
