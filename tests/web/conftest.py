"""Explorers to ask: one over a record that nobody changes, one over a copy to append to, one full of harm."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.kit.explorer import Explorer, serving
from tests.kit.harm import harmed
from tests.kit.ledgers import pact, shipped
from tests.kit.process import Program

__all__ = ["harmed", "pact", "shipped"]


@pytest.fixture(scope="session")
def explorer(shipped: Program) -> Iterator[Explorer]:
    """Over the shipped record."""
    with serving(shipped) as running:
        yield running


@pytest.fixture(scope="session")
def pact_explorer(pact: Program) -> Iterator[Explorer]:
    """Over the record of `tests.kit.pact`."""
    with serving(pact) as running:
        yield running


@pytest.fixture(scope="session")
def harmed_explorer(harmed: Program) -> Iterator[Explorer]:
    """Over a record with harm in every field."""
    with serving(harmed) as running:
        yield running


@pytest.fixture
def brussels(program: Program, shipped: Program) -> Program:
    """The shipped record, to append to."""
    shutil.copy(shipped.folder / "ledger.db", program.folder)
    return program


@pytest.fixture
def live(brussels: Program) -> Iterator[Explorer]:
    """Over a record that a test appends to."""
    with serving(brussels) as running:
        yield running
