"""No question is ever answered from views that are not the log's: they are made anew (design, section 5)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from ledger import Ledger
from tests.conftest import Ticking
from tests.kit.facts import fulfilled, made
from tests.store.asking import answers, file_of, fresh, sql


@pytest.fixture
def reopened(told: Ledger, tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    """Opens the ledger anew, as the next command does; its views are fresh, and nobody has them open."""
    told.rebuild()
    told.close()
    opened: list[Ledger] = []

    def open_again() -> Ledger:
        opened.append(Ledger.open(tmp_path / "ledger.db", clock=Ticking()))
        return opened[-1]

    yield open_again
    for ledger in opened:
        ledger.close()


TAMPERED: Final = {
    "an older version": "UPDATE meta SET value = '0' WHERE key = 'version'",
    "a newer version": "UPDATE meta SET value = '999' WHERE key = 'version'",
    "no version": "DELETE FROM meta WHERE key = 'version'",
    "no position": "DELETE FROM meta WHERE key = 'position'",
    "no hash": "DELETE FROM meta WHERE key = 'line'",
    "no last day": "DELETE FROM meta WHERE key = 'last_day'",
    "no meta": "DROP TABLE meta",
    "an empty meta": "DELETE FROM meta",
    "a position before": "UPDATE meta SET value = '4' WHERE key = 'position'",
    "a position beyond": "UPDATE meta SET value = '4000' WHERE key = 'position'",
    "a position of words": "UPDATE meta SET value = 'four' WHERE key = 'position'",
    "another hash": "UPDATE meta SET value = upper(value) WHERE key = 'line'",
}
"""Views whose rows are nonsense as well: that they are not told is what is tested."""


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
def test_views_that_do_not_say_what_they_are_of_are_rebuilt(
    reopened: Callable[[], Ledger], tmp_path: Path, statement: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db.views.db")) as views:
        for table in ("lives", "commitments", "statements"):
            views.execute(f"DELETE FROM {table}")
        views.execute("UPDATE events SET line = '{}'")
        views.execute(statement)
        views.commit()
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


@pytest.mark.parametrize("table", ["lives", "commitments", "statements", "events", "events_fts"])
def test_views_that_lack_a_table(reopened: Callable[[], Ledger], tmp_path: Path, table: str) -> None:
    sql(tmp_path / "ledger.db.views.db", f"DROP TABLE {table}")
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


@pytest.mark.parametrize("view", ["standings", "spells"])
def test_views_that_lack_a_view(reopened: Callable[[], Ledger], tmp_path: Path, view: str) -> None:
    sql(tmp_path / "ledger.db.views.db", f"DROP VIEW {view}")
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


@pytest.mark.parametrize("count", [1, 10, 1000, 3000])
def test_views_that_lack_the_last_bytes(reopened: Callable[[], Ledger], tmp_path: Path, count: int) -> None:
    """They end within a page, which SQLite takes for a page of zeros."""
    views = tmp_path / "ledger.db.views.db"
    views.write_bytes(views.read_bytes()[:-count])
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


SPOILED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gone": lambda _: b"",
    "cut to half a page": lambda whole: whole[:2048],
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "text": lambda _: b"position,id\n1,abc\n" * 999,
    "garbage": lambda whole: bytes((byte * 7 + n) % 256 for n, byte in enumerate(whole)),
    "a header and garbage": lambda whole: whole[:100] + b"\xff" * (len(whole) - 100),
    "tables and garbage": lambda whole: whole[:8192] + b"\xff" * (len(whole) - 8192),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_views_file_that_was_spoiled_is_made_anew(
    reopened: Callable[[], Ledger], tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    views = tmp_path / "ledger.db.views.db"
    views.write_bytes(spoil(views.read_bytes()))
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_a_file_of_another_program_in_the_place_of_views_is_replaced(
    reopened: Callable[[], Ledger], tmp_path: Path, kind: str
) -> None:
    views = tmp_path / "ledger.db.views.db"
    views.unlink()
    sql(views, "CREATE TABLE meta (id INTEGER, name TEXT)")
    sql(views, f"CREATE {kind} standings AS SELECT * FROM meta")
    sql(views, f"CREATE {kind} newcomers AS SELECT * FROM meta")
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


def test_views_of_a_fork_are_rebuilt(reopened: Callable[[], Ledger], tmp_path: Path) -> None:
    """The same length and the same beginning; the last line is another."""
    lines = list(reopened().export())
    fork = tmp_path / "fork.db"
    with Ledger.create(fork, clock=Ticking(), lines=lines[:-2]) as forked:
        for fact in (made("seas"), fulfilled("seas")):
            forked.record(fact, by="tester")
        assert forked.size() == len(lines)
        expected = answers(forked)
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"fork.db.views.db{suffix}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "ledger.db.views.db", tmp_path / "fork.db.views.db")
    with Ledger.open(fork, clock=Ticking()) as forked:
        assert answers(forked) == expected


@pytest.mark.parametrize("count", [0, 1, 5])
def test_views_of_another_ledger_are_rebuilt(reopened: Callable[[], Ledger], tmp_path: Path, count: int) -> None:
    """A shorter one, and an empty one."""
    other = tmp_path / "other.db"
    with Ledger.create(other, clock=Ticking()) as shorter:
        for number in range(count):
            shorter.record(made(f"bees-{number}"), by="tester")
        expected = answers(shorter)
    shutil.copy(tmp_path / "ledger.db.views.db", tmp_path / "other.db.views.db")
    with Ledger.open(other, clock=Ticking()) as shorter:
        assert answers(shorter) == expected


def test_views_from_a_backup_are_caught_up(ledger: Ledger, tmp_path: Path) -> None:
    """Old, and of this very log: what came since is taken in."""
    ledger.record(made(), by="tester")
    ledger.rebuild()
    sql(tmp_path / "ledger.db.views.db", "PRAGMA wal_checkpoint(TRUNCATE)")
    backup = (tmp_path / "ledger.db.views.db").read_bytes()
    ledger.record(fulfilled(), by="tester")
    ledger.record(made("lakes"), by="tester")
    ledger.status(as_of=date.max)
    ledger.close()
    (tmp_path / "ledger.db.views.db").write_bytes(backup)
    with Ledger.open(tmp_path / "ledger.db", clock=Ticking()) as again:
        assert answers(again) == fresh(again)


def test_views_that_are_deleted_while_the_ledger_is_open_are_made_anew(told: Ledger, tmp_path: Path) -> None:
    expected = answers(told)
    for left in tmp_path.glob("ledger.db.views.db*"):
        left.unlink()
    assert answers(told) == expected
    assert file_of(told).exists()


def test_rebuild_tells_how_many_lines_it_replayed(told: Ledger) -> None:
    assert told.rebuild() == told.size() == 10
    told.record(made("seas"), by="tester")
    assert told.rebuild() == 11
