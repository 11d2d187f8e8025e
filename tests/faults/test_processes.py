"""Many processes on one record, from its very making: none misses or repeats an event, or sees a raw error."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import pytest

from ledger import Ledger
from ledger.errors import StoreBusy, StoreExists
from tests.conftest import Ticking
from tests.kit.facts import made
from tests.kit.race import race

WRITERS: Final = 8
EACH: Final = 10
ALL: Final = WRITERS * EACH
READERS: Final = 2


def take_part(number: int, path: Path) -> list[int]:
    """The positions that a writer wrote to, that a reader read, or none of whoever rebuilds."""
    with suppress(StoreExists):
        Ledger.create(path, clock=Ticking()).close()
    with Ledger.open(path, clock=Ticking()) as ledger:
        if number < WRITERS:
            return [ledger.record(made(f"w{number}-{n}"), by=f"w{number}").position for n in range(EACH)]
        if number < WRITERS + READERS:
            return read_to_the_end(ledger)
        while ledger.size() < ALL:
            ledger.rebuild()
        return []


def read_to_the_end(ledger: Ledger) -> list[int]:
    seen: list[int] = []
    for lines in ledger.follow():
        seen += [line.position for line in lines]
        if len(seen) >= ALL:
            return seen
    raise AssertionError("following has no end")


def test_writers_readers_and_a_rebuild_that_begin_with_the_file_itself(tmp_path: Path, torture: bool) -> None:
    for number in range(20 if torture else 1):
        path = tmp_path / f"{number}.db"
        told = race(take_part, path, WRITERS + READERS + 1)
        written = sorted(position for positions in told[:WRITERS] for position in positions)
        assert written == list(range(1, ALL + 1))
        for read in told[WRITERS : WRITERS + READERS]:
            assert read == written
        with Ledger.open(path, clock=Ticking()) as ledger:
            assert len(ledger.commitments()) == ALL
            assert not ledger.audit().findings


def test_who_waits_too_long_for_another_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.application.LOCK_TIMEOUT", 1)
    with Ledger.create(tmp_path / "ledger.db", clock=Ticking()) as ledger:
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="another process has been writing"):
                ledger.record(made(), by="tester")
            other.rollback()
        assert ledger.size() == 0
        assert ledger.record(made(), by="tester").position == 1
