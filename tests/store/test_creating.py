"""A new ledger appears whole under its name or not at all, and never in place of anything (design, section 7)."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.errors import NotIntact, StoreExists, StoreMissing
from ledger.store.creating import creating
from ledger.store.log import SQLiteLog
from ledger.store.schema import APPLICATION_ID, SCHEMA_VERSION, expected_schema
from tests.conftest import Ticking
from tests.kit.facts import made
from tests.kit.race import race


def create(path: Path, lines: list[bytes] | None = None) -> None:
    Ledger.create(path, clock=Ticking(), lines=lines or []).close()


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def lines_of(path: Path) -> list[bytes]:
    with closing(SQLiteLog(path)) as log:
        return [line.state for line in log.lines()]


@pytest.fixture
def lines(ledger: Ledger) -> list[bytes]:
    """What a ledger of three commitments exports."""
    for name in ("lakes", "seas", "trees"):
        ledger.record(made(name), by="tester")
    return list(ledger.export())


def test_a_new_ledger_is_one_file_marked_for_what_it_is(tmp_path: Path) -> None:
    create(tmp_path / "ledger.db")
    assert names(tmp_path) == ["ledger.db"]
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert file.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with closing(SQLiteLog(tmp_path / "ledger.db")) as log:
        assert log.schema() == expected_schema()
        assert (log.head(), log.line_at(1), list(log.lines())) == (None, None, [])


def test_a_new_ledger_from_lines_has_their_bytes(tmp_path: Path, lines: list[bytes]) -> None:
    create(tmp_path / "copy.db", lines)
    assert lines_of(tmp_path / "copy.db") == lines


@pytest.mark.parametrize("content", [b"", b"a letter to the editor"])
def test_a_file_that_is_there_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    with pytest.raises(StoreExists, match=r"ledger\.db is there already"):
        create(tmp_path / "ledger.db")
    assert names(tmp_path) == ["ledger.db"]
    assert (tmp_path / "ledger.db").read_bytes() == content


def test_a_ledger_that_is_there_is_left_alone(ledger: Ledger, tmp_path: Path, lines: list[bytes]) -> None:
    with pytest.raises(StoreExists):
        create(tmp_path / "ledger.db")
    with pytest.raises(StoreExists):
        create(tmp_path / "ledger.db", lines)
    assert list(ledger.export()) == lines


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    with pytest.raises(StoreExists):
        create(tmp_path / "ledger.db")
    assert names(tmp_path) == ["ledger.db"]


def test_a_link_that_is_there_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(StoreExists):
        create(tmp_path / "ledger.db")
    assert names(tmp_path) == ["ledger.db"]


def test_without_a_folder_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="there is no folder"):
        create(tmp_path / "nowhere" / "ledger.db")
    assert names(tmp_path) == []


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), creating(tmp_path / "ledger.db") as log:
        assert list(log.lines()) == []
        assert not (tmp_path / "ledger.db").exists(), "it appears when it is whole"
        raise ZeroDivisionError
    assert names(tmp_path) == []
    create(tmp_path / "ledger.db")


def test_lines_with_a_fault_leave_nothing(tmp_path: Path, lines: list[bytes]) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(NotIntact) as refused:
        create(folder / "ledger.db", [lines[0], lines[1].replace(b"Plant", b"Fell"), lines[2]])
    assert [finding.position for finding in refused.value.findings] == [2]
    assert names(folder) == []


def test_lines_that_break_off_leave_nothing(tmp_path: Path, lines: list[bytes]) -> None:
    def breaking_off() -> Iterator[bytes]:
        yield lines[0]
        raise ZeroDivisionError

    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(ZeroDivisionError):
        Ledger.create(folder / "ledger.db", clock=Ticking(), lines=breaking_off())
    assert names(folder) == []


def test_whoever_comes_first_wins_even_if_they_began_later(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with pytest.raises(StoreExists), creating(path):
        path.write_text("made while we were at it")
    assert names(tmp_path) == ["ledger.db"]
    assert path.read_text() == "made while we were at it"


def create_one_of_eight(number: int, path: Path) -> str:
    """One runner's attempt: its own commitment is the whole of the ledger that it would make."""
    clock = Ticking()
    source = path.with_name(f"source-{number}.db")
    with Ledger.create(source, clock=clock) as ledger:
        ledger.record(made(f"runner-{number}"), by="tester")
        lines = list(ledger.export())
    try:
        Ledger.create(path, clock=clock, lines=lines).close()
    except StoreExists:
        return "too late"
    return f"runner-{number}"


def test_of_eight_processes_that_create_one_ledger_one_does(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    outcomes = race(create_one_of_eight, folder / "ledger.db")
    winners = [outcome for outcome in outcomes if outcome != "too late"]
    assert len(winners) == 1, outcomes
    with Ledger.open(folder / "ledger.db", clock=Ticking()) as ledger:
        assert [row.commitment for row in ledger.status(as_of=date.max)] == winners * 3
        assert ledger.size() == 1
    assert [name for name in names(folder) if name.startswith(".")] == [], "what was built aside is gone"


def die_while_creating(number: int, path: Path) -> None:
    if number == 0:
        with creating(path) as log:
            log.close()
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_while_creating_leaves_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="terminated abruptly"):
        race(die_while_creating, tmp_path / "ledger.db", runners=1)
    assert not (tmp_path / "ledger.db").exists()
    create(tmp_path / "ledger.db")
