"""What is no ledger is said to be none, in one sentence, and nothing is created or changed by looking."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.errors import StoreBusy, StoreError, StoreMissing
from ledger.store import application, log, trouble
from ledger.store.schema import SCHEMA_VERSION
from ledger.store.views import current
from tests.conftest import Ticking
from tests.kit.facts import made, reaffirmed
from tests.kit.process import Program
from tests.kit.unprivileged import bound_by_permissions

FROM_LATER = SCHEMA_VERSION + 1


def refused(path: Path, kind: type[StoreError] = StoreError) -> str:
    """The one sentence that opening is refused with; the folder holds what it held."""
    before = contents(path.parent)
    with pytest.raises(kind) as error:
        Ledger.open(path, clock=Ticking())
    assert contents(path.parent) == before
    message = str(error.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def contents(folder: Path) -> dict[str, bytes | None]:
    return {one.name: one.read_bytes() if one.is_file() else None for one in sorted(folder.iterdir())}


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    assert "create one with `ledger init`" in refused(tmp_path / "ledger.db", StoreMissing)


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="there is no ledger at"):
        Ledger.open(tmp_path / "nowhere" / "ledger.db", clock=Ticking())
    assert contents(tmp_path) == {}


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").symlink_to(tmp_path / "gone.db")
    refused(tmp_path / "ledger.db", StoreMissing)


@pytest.mark.parametrize("content", [b"date,commitment\n" * 99, b"\x00" * 4096, b"SQLite format 3 is not this"])
def test_a_file_of_something_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    assert "not an SQLite file" in refused(tmp_path / "ledger.db")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    assert "no ledger" in refused(tmp_path / "ledger.db")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    assert "cannot be opened" in refused(tmp_path / "ledger.db")


def test_the_database_of_another_program(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("CREATE TABLE stored_events (originator_id, originator_version, topic, state)")
        other.commit()
    assert "is an SQLite file, and no ledger" in refused(tmp_path / "ledger.db")


def test_the_views_of_a_ledger(ledger: Ledger, tmp_path: Path) -> None:
    ledger.rebuild()
    ledger.close()
    assert "no ledger" in refused(tmp_path / "ledger.db.views.db")


def test_a_ledger_of_a_later_version(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as later:
        later.execute(f"PRAGMA user_version = {FROM_LATER}")
    message = refused(tmp_path / "ledger.db")
    assert f"schema {FROM_LATER}" in message
    assert "upgrade" in message


def test_a_ledger_that_was_cut_short_is_damaged_and_not_merely_shorter(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(200):
        ledger.record(made(f"trees-{number}"), by="tester")
    ledger.close()
    path = tmp_path / "ledger.db"
    path.write_bytes(path.read_bytes()[: 3 * 4096])
    with pytest.raises(StoreError, match="damaged"), Ledger.open(path, clock=Ticking()) as opened:
        list(opened.export())


@pytest.mark.parametrize(
    "name", ["with space.db", "a#b?c=d&e.db", "100%20.db", "ü-조약-条約.db", "no-suffix", "it's.db"]
)
def test_any_name_is_the_name_of_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Ledger.create(path, clock=Ticking()) as ledger:
        ledger.record(made(), by="tester")
    with Ledger.open(path, clock=Ticking()) as ledger:
        assert len(ledger.status(as_of=date.max)) == 3
    assert sorted(contents(tmp_path)) == sorted([name, f"{name}.views.db"])


@pytest.mark.parametrize("url", ["postgres://", "mysql://localhost/ledger", "http://example.org/ledger.db"])
def test_a_url_of_no_store_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError):
        Ledger.open(url, clock=Ticking())
    assert contents(tmp_path) == {}


# Permissions


def test_a_file_that_may_not_be_read(brussels: Program) -> None:
    (brussels.folder / "ledger.db").chmod(0)
    outcome = bound_by_permissions(brussels, "status")
    assert (outcome.code, outcome.out) == (4, "")
    assert len(outcome.err.splitlines()) == 1
    assert "ledger.db" in outcome.err


def test_a_file_that_may_only_be_read_answers_and_refuses_to_append(brussels: Program) -> None:
    expected = brussels("status").ok()
    before = brussels("export").ok()
    (brussels.folder / "ledger.db").chmod(0o444)
    assert bound_by_permissions(brussels, "status").ok() == expected
    refused = bound_by_permissions(brussels, "retract", "nothing", "--reason", "a test")
    assert refused.code in (3, 4)
    outcome = bound_by_permissions(brussels, *ASSESS)
    assert (outcome.code, outcome.out) == (4, "")
    assert "cannot be written" in outcome.err
    assert brussels("export").ok() == before


ASSESS = (
    *("assess", "apec-2025", "--score", "1", "--on", "2025-06-01"),
    *("--source-url", "https://example.org/", "--source-title", "A source"),
)


def test_a_folder_that_may_only_be_read_is_asked_all_the_same(brussels: Program) -> None:
    """Design, section 5: the views are in the user's cache where the ledger's folder can't be written."""
    expected = brussels("status").ok()
    (brussels.folder / "ledger.db.views.db").unlink()
    shutil.rmtree(brussels.folder / "cache", ignore_errors=True)
    shared = brussels.folder / "shared"
    shared.mkdir()
    (brussels.folder / "ledger.db").rename(shared / "ledger.db")
    shared.chmod(0o555)
    try:
        assert bound_by_permissions(brussels, "--db", "shared/ledger.db", "status").ok() == expected
        assert list(contents(shared)) == ["ledger.db"]
        cached = list((brussels.folder / "cache").rglob("*.views.db"))
        assert len(cached) == 1
    finally:
        shared.chmod(0o755)


# Locks


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a second stands for waiting for half a minute."""
    for module in (application, log, trouble, current):
        monkeypatch.setattr(module, "LOCK_TIMEOUT", 1)


@pytest.mark.usefixtures("impatient")
def test_a_log_that_somebody_else_is_writing_to(tmp_path: Path, clock: Ticking) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.create(path, clock=clock) as ledger, closing(sqlite3.connect(path, isolation_level=None)) as other:
        ledger.record(made(), by="tester")
        before = list(ledger.export())
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="another process has been writing") as busy:
            ledger.record(reaffirmed(), by="tester")
        assert str(path) in str(busy.value)
        assert list(ledger.export()) == before, "readers go on while somebody writes"
        assert len(ledger.status(as_of=date.max)) == 3
        other.execute("ROLLBACK")
        assert ledger.record(reaffirmed(), by="tester").position == 2


@pytest.mark.usefixtures("impatient")
def test_an_append_waits_for_the_one_before_it(tmp_path: Path, clock: Ticking) -> None:
    """It is judged by what that one recorded, not by what was there when it began to wait."""
    path = tmp_path / "ledger.db"
    with Ledger.create(path, clock=clock) as ledger, Ledger.open(path, clock=clock) as other:
        ledger.record(made(nature="one-off"), by="tester")
        assert other.record(reaffirmed(), by="other").position == 2
        assert ledger.record(reaffirmed(day="2025-02-02"), by="tester").position == 3
        assert not ledger.record(reaffirmed(), by="tester").new


@pytest.mark.usefixtures("impatient")
def test_views_that_somebody_else_is_catching_up(tmp_path: Path, clock: Ticking) -> None:
    with Ledger.create(tmp_path / "ledger.db", clock=clock) as ledger:
        ledger.record(made(), by="tester")
        ledger.status(as_of=date.max)
        views = sqlite3.connect(tmp_path / "ledger.db.views.db", isolation_level=None)
        with closing(views) as other:
            other.execute("BEGIN IMMEDIATE")
            assert len(ledger.status(as_of=date.max)) == 3, "fresh views are read while they are written"
            ledger.record(made("lakes"), by="tester")
            with pytest.raises(StoreBusy, match=r"views\.db"):
                ledger.status(as_of=date.max)
            other.execute("ROLLBACK")
            assert len(ledger.status(as_of=date.max)) == 6
