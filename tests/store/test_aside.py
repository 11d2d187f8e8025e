"""Work that a second process does: the same comes out, whatever becomes of the process."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.events.kinds import Made, Reaffirmed
from ledger.store import aside as module
from ledger.store.aside import aside
from ledger.store.log import SQLiteLog
from tests.conftest import Ticking

LONG = 10**6


def counted(upto: int) -> Iterator[tuple[int, int]]:
    """Numbers, and the process that counted."""
    for number in range(upto):
        yield number, os.getpid()


def interrupted(upto: int, here: int) -> Iterator[int]:
    """The same, but whoever counts elsewhere than `here` is killed half way."""
    for number in range(upto):
        if number == upto // 2 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        yield number


def failing(upto: int) -> Iterator[int]:
    """Numbers, and then an error."""
    yield from range(upto)
    raise ValueError("no more")


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process finds these functions, which are no part of the program."""
    command = f"import sys; sys.path[:0] = {sys.path!r}; from ledger.store.aside import main; main()"
    monkeypatch.setattr(module, "_COMMAND", (sys.executable, "-I", "-c", command))


def test_much_is_done_by_another_process_and_little_by_this() -> None:
    with aside(LONG, counted, 1000) as found:
        told = list(found)
    assert [number for number, _ in told] == list(range(1000))
    assert os.getpid() not in {process for _, process in told}
    with aside(10, counted, 3) as found:
        assert list(found) == [(number, os.getpid()) for number in range(3)]


def test_what_a_killed_process_owes_is_done_here() -> None:
    with aside(LONG, interrupted, 1000, os.getpid()) as found:
        assert list(found) == list(range(1000))


def test_a_process_that_cannot_be_begun_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (("/nowhere/python",), (sys.executable, "-c", "raise SystemExit(1)")):
        monkeypatch.setattr(module, "_COMMAND", command)
        with aside(LONG, counted, 3) as found:
            assert list(found) == [(number, os.getpid()) for number in range(3)]


def test_its_error_is_raised_where_it_is_asked() -> None:
    with aside(LONG, failing, 3) as found:
        assert [next(found), next(found), next(found)] == [0, 1, 2]
        with pytest.raises(ValueError, match="no more"):
            next(found)


def test_a_process_that_is_no_longer_wanted_ends() -> None:
    with aside(LONG, counted, 10**9) as found:
        _, process = next(found)
        os.kill(process, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_long_log_is_rebuilt_and_verified_by_two_processes_as_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    source = {"title": "A source", "url": "https://example.org/1"}
    with Ledger.create(path, clock=Ticking()) as ledger:
        for name in ("one", "two"):
            told = {"commitment": name, "occurred_on": date(2025, 1, 1), "source": source}
            made = Made(**told, parties=("JPN", "USA"), title="It", nature="standing", strength="high")
            ledger.record(made, by="tester")
            ledger.record(Reaffirmed(**told, parties=("USA",), note="Again."), by="tester")
        ledger.rebuild()
        alone = ledger.status(as_of=date.max), ledger.audit()
        monkeypatch.setattr(module, "_WORTH", 1)
        ledger.rebuild()
        assert (ledger.status(as_of=date.max), ledger.audit()) == alone


def test_a_log_that_is_pickled_is_opened_anew(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "ledger.db", clock=Ticking()).close()
    log = SQLiteLog(tmp_path / "ledger.db")
    again = pickle.loads(pickle.dumps(log))
    log.close()
    assert again.head() is None
    again.close()
