"""Readers and writers of the views at the same time: the old rows or the new, never half of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger import Ledger
from tests.conftest import Ticking
from tests.kit.facts import made
from tests.kit.race import race
from tests.store.asking import answers, file_of, fresh, sql


def standings(path: Path) -> list[tuple[Any, ...]]:
    return sql(path, "SELECT commitment, country, status FROM standings ORDER BY 1, 2")


def test_a_reader_that_has_begun_sees_the_old_rows_to_its_end(told: Ledger) -> None:
    before = answers(told)
    path = file_of(told)
    old = standings(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        query = "SELECT commitment, country, status FROM standings ORDER BY 1, 2"
        assert reader.execute(query).fetchall() == old
        told.record(made("seas"), by="tester")
        told.status(as_of=date.max)
        told.rebuild()
        assert answers(told) != before
        assert reader.execute(query).fetchall() == old
        assert reader.execute("SELECT count(*) FROM events").fetchone() == (10,)
        reader.execute("ROLLBACK")
        assert len(reader.execute(query).fetchall()) == len(old) + 3


@pytest.mark.parametrize("again", ["rebuild", "catch up"])
def test_a_reader_that_comes_in_the_middle_sees_the_old_rows_whole(told: Ledger, again: str) -> None:
    """Asked while the rows are being replaced, and nothing of it is committed."""
    told.status(as_of=date.max)
    path = file_of(told)
    old = standings(path)
    seen: list[object] = []

    def look(_: int) -> None:
        seen.append(standings(path))
        seen.append(sql(path, "SELECT count(*) FROM events_fts WHERE events_fts MATCH 'year'"))
        if again == "rebuild":
            with Ledger.open(path.with_name("ledger.db"), clock=Ticking()) as reader:
                seen.append(len(reader.status(as_of=date.max)))

    told.progress = look
    if again == "rebuild":
        told.rebuild()
        assert seen == [old, [(1,)], len(old)]
    else:
        told.record(made("seas"), by="tester")
        assert len(told.status(as_of=date.max)) == len(old) + 3
        assert seen == [old, [(1,)]]


@pytest.mark.parametrize("again", ["rebuild", "catch up"])
def test_what_fails_in_the_middle_leaves_the_old_rows_whole(told: Ledger, again: str) -> None:
    before = answers(told)
    old = standings(file_of(told))

    def fail(_: int) -> None:
        raise ZeroDivisionError

    told.progress = fail
    with pytest.raises(ZeroDivisionError):
        if again == "rebuild":
            told.rebuild()
        else:
            told.record(made("seas"), by="tester")
            told.status(as_of=date.max)
    assert standings(file_of(told)) == old
    with Ledger.open(told._log.path, clock=Ticking()) as reader:
        assert answers(reader)[-1] == before[-1]
        assert len(reader.status(as_of=date.max)) == len(old) + (3 if again == "catch up" else 0)


def ask(number: int, path: Path) -> list[object]:
    with Ledger.open(path, clock=Ticking()) as ledger:
        return answers(ledger)


def test_eight_processes_that_ask_first_get_one_answer(told: Ledger, tmp_path: Path) -> None:
    """The views do not exist yet; each would make them."""
    told.close()
    expected = race(ask, tmp_path / "ledger.db")
    assert all(one == expected[0] for one in expected)
    with Ledger.open(tmp_path / "ledger.db", clock=Ticking()) as again:
        assert expected[0] == fresh(again)


def record_and_ask(number: int, path: Path) -> list[tuple[int, int]]:
    """After each of three appends: how many rows it then sees of its own, and of all."""
    found = []
    with Ledger.open(path, clock=Ticking()) as ledger:
        for turn in range(3):
            ledger.record(made(f"runner-{number}-{turn}"), by="tester")
            rows = ledger.status(as_of=date.max)
            own = [row for row in rows if row.commitment.startswith(f"runner-{number}-")]
            found.append((len(own), len(rows)))
    return found


def test_whoever_records_sees_it_at_once_and_nothing_is_taken_in_twice(ledger: Ledger, tmp_path: Path) -> None:
    for seen in race(record_and_ask, tmp_path / "ledger.db"):
        assert [own for own, _ in seen] == [3, 6, 9]
        assert [whole for _, whole in seen] == sorted(whole for _, whole in seen)
    assert len(ledger.status(as_of=date.max)) == 8 * 9
    assert answers(ledger) == fresh(ledger)
    assert not ledger.audit().findings
