"""`log --follow`: every event once, in one order, wherever it is recorded, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.store.views.queries import LogFilter
from tests.kit.facts import made, reaffirmed
from tests.kit.process import Program
from tests.kit.race import race
from tests.kit.servers import Server, serving
from tests.trust.scene import clock

EACH = 12


@contextmanager
def following(program: Program, *args: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process; it is stopped as Ctrl-C does."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("LEDGER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ledger", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=program.folder,
        env=env | {"XDG_CACHE_HOME": str(program.folder / "tail")},
    )
    try:
        yield process
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert "Traceback" not in err
        assert out == ""
    finally:
        process.kill()
        process.wait()


def lines_of(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    late = threading.Timer(60, process.kill)
    late.start()
    try:
        return [process.stdout.readline() for _ in range(count)]
    finally:
        late.cancel()


def record(number: int, place: Path) -> list[int]:
    url = str(place).replace("postgresql:/", "postgresql://", 1)
    with Ledger.open(url, clock=clock) as ledger:
        facts = [reaffirmed(note=f"{number}, {turn}") for turn in range(EACH)]
        return [ledger.record(fact, by=f"writer-{number}").position for fact in facts]


def test_eight_writers_and_a_tail_agree_on_one_order(program: Program, url: str) -> None:
    with Ledger.create(url, clock=clock) as ledger:
        ledger.record(made(), by="tester")
    with following(program, "--db", url, "log", "--follow", "--format", "json") as tail:
        told = lines_of(tail, 1)
        positions = race(record, Path(url))
        told += lines_of(tail, 8 * EACH)
    assert sorted(chain(*positions)) == list(range(2, 2 + 8 * EACH))
    assert all(each == sorted(each) for each in positions)
    rows = [json.loads(line) for line in told]
    assert [row["position"] for row in rows] == list(range(1, 2 + 8 * EACH))
    with Ledger.open(url, clock=clock) as ledger:
        assert [row["id"] for row in rows] == [entry.id for entry in ledger.entries()]
        times = [entry.recorded_at for entry in ledger.entries()]
        assert times == sorted(times)
        assert ledger.audit().findings == ()


def test_a_file_is_followed_too_and_only_what_is_asked_for_is_told(program: Program) -> None:
    with Ledger.create(program.folder / "ledger.db", clock=clock) as ledger:
        ledger.record(made(), by="tester")
        ledger.record(made("lakes"), by="tester")
        command = ("log", "--follow", "--commitment", "trees", "--format", "csv")
        with following(program, *command) as tail:
            first = lines_of(tail, 2)
            assert first[0].startswith("position,id,kind")
            assert first[1].startswith("1,")
            ledger.record(reaffirmed("lakes"), by="tester")
            ledger.record(reaffirmed(), by="tester")
            assert lines_of(tail, 1)[0].startswith("4,")


@pytest.mark.parametrize(("form", "told"), [("table", "2  "), ("markdown", "| 2 |"), ("json", '{"position": 2,')])
def test_every_form_can_go_on(program: Program, form: str, told: str) -> None:
    with Ledger.create(program.folder / "ledger.db", clock=clock) as ledger:
        ledger.record(made(), by="tester")
        ledger.record(reaffirmed(), by="tester")
        with following(program, "log", "-f", "--last", "1", "--format", form) as tail:
            header = 2 if form == "markdown" else 0
            assert lines_of(tail, header + 1)[-1].startswith(told)
            ledger.record(reaffirmed(note="again"), by="tester")
            assert lines_of(tail, 1)[0].startswith(told.replace("2", "3"))


def test_a_server_that_goes_and_comes_back_leaves_no_gap_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("ledger.store.postgres.connecting.PATIENCE", 0.2)
    lost: list[str] = []
    with serving("fsync=off") as server, Ledger.create(server.url(), clock=clock) as ledger:
        ledger.record(made(), by="tester")
        tail = _positions(ledger, lost)
        assert next(tail) == 1
        for position in (2, 3, 4):
            _restart(server, position)
            assert next(tail) == position
    assert 1 <= len(lost) <= 3
    assert all("cannot be reached" in one or "was lost" in one for one in lost)


def _positions(ledger: Ledger, lost: list[str]) -> Iterator[int]:
    for lines in ledger.follow(LogFilter(), lambda error: lost.append(str(error))):
        yield from (line.position for line in lines)


def _restart(server: Server, position: int) -> None:
    """Away for a while; before anyone who follows can be back, somebody has recorded something."""

    def back() -> None:
        server.start()
        with Ledger.open(server.url(), clock=clock) as other:
            assert other.record(reaffirmed(note=str(position)), by="other").position == position

    server.stop("immediate")
    threading.Timer(1.5, back).start()


def test_following_goes_with_now(program: Program) -> None:
    program("init").ok()
    assert program("log", "--follow", "--known-at", "1").code == 2
