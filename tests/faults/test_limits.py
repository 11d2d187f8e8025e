"""No room, no right, no more files: exit code 4 and one sentence, nothing is lost, and with room all goes on."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from ledger import Ledger
from ledger.errors import CHECKS, StoreError
from ledger.intake import Candidate
from tests.conftest import Ticking
from tests.faults.damaged import LATER
from tests.kit.facts import made
from tests.kit.ledgers import shipped
from tests.kit.process import Outcome, Program
from tests.kit.unprivileged import bound_by_permissions

__all__ = ["shipped"]

ROOT: Final = Path(__file__).parents[2]
COMMANDS: Final = {
    "status": ("status", "--as-of", "2026-01-31"),
    "append": LATER,
    "verify": ("verify",),
    "export": ("export",),
    "rebuild": ("rebuild",),
    "create": ("--db", "other.db", "init", "--record", "brussels"),
    "report": ("report", "-o", "report.md"),
}


def copied(shipped: Program, folder: Path) -> Program:
    shutil.copy(shipped.folder / "ledger.db", folder)
    return Program(folder)


def is_one_sentence(err: str) -> None:
    assert err.startswith("error: "), err
    assert err.endswith("\n")
    assert err.count("\n") == 1, err
    assert "Errno" not in err


# A database that may not grow


@contextmanager
def at_most(pages: int) -> Iterator[None]:
    """SQLite itself refuses more pages, by `max_page_count`, in whatever is opened meanwhile."""
    connect = sqlite3.connect

    def bounded(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = connect(*args, **kwargs)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", bounded)
        yield


def test_a_database_that_may_not_grow_keeps_all_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    acknowledged: list[str] = []
    Ledger.create(path, clock=Ticking()).close()
    with at_most(12), Ledger.open(path, clock=Ticking()) as ledger:
        with pytest.raises(StoreError, match="the disk is full; nothing was recorded, make room") as told:
            for number in range(200):
                receipt = ledger.record(made(f"trees-{number}", note="n" * 300), by="x")
                acknowledged.append(receipt.id)
        assert "\n" not in str(told.value)
        many = (Candidate(number, made(f"woods-{number}")) for number in range(200))
        with pytest.raises(StoreError, match="the disk is full"):
            ledger.import_facts(many, by="x")
        assert [json.loads(line)["id"] for line in ledger.export()] == acknowledged
    assert len(acknowledged) > 10
    with Ledger.open(path, clock=Ticking()) as ledger:
        assert ledger.audit().findings == ()
        ledger.import_facts((Candidate(number, made(f"woods-{number}")) for number in range(200)), by="x")
        assert ledger.size() == len(acknowledged) + 200


def test_views_that_may_not_grow_are_told_and_made_when_they_may(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.create(path, clock=Ticking()) as ledger:
        ledger.import_facts((Candidate(number, made(f"trees-{number}")) for number in range(100)), by="x")
    size = path.stat().st_size // 4096 + 1
    told = pytest.raises(StoreError, match="the disk is full")
    with at_most(size), Ledger.open(path, clock=Ticking()) as ledger, told:
        ledger.rebuild()
    with Ledger.open(path, clock=Ticking()) as ledger:
        assert ledger.rebuild() == 100
        assert ledger.audit().findings == ()


# A disk of one megabyte


def test_a_full_disk_is_told_nothing_is_lost_and_with_room_it_goes_on(tmp_path: Path) -> None:
    unshare = [shutil.which("unshare") or "", "--mount", "--map-root-user"]
    if not unshare[0] or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here, not even in a namespace of one's own")
    ran = subprocess.run(
        [*unshare, sys.executable, "-m", "tests.faults.crowded", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)

    assert told["before"]["out"].count("\n") == 68
    for name in ("append", "status", "export", "report", "create"):
        if told[name]["code"] or name in ("append", "create"):
            assert told[name]["code"] == 4, name
            is_one_sentence(told[name]["err"])
            assert "the disk is full" in told[name]["err"] or "No space left" in told[name]["err"]
    assert not [name for name in told["left"] if name.endswith(".new") or name.startswith("second")]
    assert told["after"]["out"] == told["before"]["out"]
    assert told["verify"]["code"] == told["again"]["code"] == told["answer"]["code"] == 0
    assert told["again"]["err"].endswith("at position 69\n")


# Files that may not grow, and too many of them


def limited(program: Program, limit: int, value: int, *args: str) -> Outcome:
    """The program under a limit of the system, which holds from its first line on."""
    begin = (
        f"import resource; resource.setrlimit({limit}, ({value}, {value})); from ledger.cli import main; main()"
    )
    clean = {name: kept for name, kept in os.environ.items() if not name.startswith(("LEDGER_", "XDG_"))}
    own = {"LEDGER_BY": "tester", "COLUMNS": "80", "XDG_CACHE_HOME": str(program.folder / "cache")}
    ran = subprocess.run(
        [sys.executable, "-c", begin, *args],
        capture_output=True,
        text=True,
        cwd=program.folder,
        env=clean | own,
        check=False,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return Outcome(ran.returncode, ran.stdout, ran.stderr)


def content(program: Program) -> str:
    """What the ledger holds, of which `verify` would find nothing."""
    with Ledger.open(program.folder / "ledger.db", clock=Ticking()) as ledger:
        assert ledger.audit(only=[check for check in CHECKS if check != "views"]).findings == ()
        return b"".join(line + b"\n" for line in ledger.export()).decode()


def goes_on(program: Program, under: Callable[..., Outcome]) -> set[int]:
    """Every command under the limit, and after each that nothing is lost; which exit codes there were."""
    before = content(program)
    codes = set()
    for name, command in COMMANDS.items():
        for left in program.folder.glob("*views.db*"):
            left.unlink()
        outcome = under(*command)
        codes.add(outcome.code)
        if outcome.code:
            assert (outcome.code, outcome.out) == (4, ""), (name, outcome)
            is_one_sentence(outcome.err)
            assert not (program.folder / "other.db").exists() or name != "create"
        assert not [left.name for left in program.folder.iterdir() if ".new" in left.name], name
        lines = content(program)
        assert lines.startswith(before)
        assert lines.count("\n") == before.count("\n") + (name == "append" and outcome.code == 0)
        before = lines
        (program.folder / "other.db").unlink(missing_ok=True)
    return codes


def test_too_many_open_files(shipped: Program, tmp_path: Path, torture: bool) -> None:
    for files in range(5, 20) if torture else (5, 7):
        program = copied(shipped, tmp_path)

        codes = goes_on(program, partial(limited, program, resource.RLIMIT_NOFILE, files))

        assert 4 in codes or files > 10, files


def test_files_that_may_not_grow(shipped: Program, tmp_path: Path, torture: bool) -> None:
    for kilobytes in range(1, 300, 12) if torture else (40,):
        program = copied(shipped, tmp_path)

        codes = goes_on(program, partial(limited, program, resource.RLIMIT_FSIZE, kilobytes * 1024))

        assert 4 in codes or kilobytes > 100, kilobytes


# Permissions


@pytest.mark.parametrize("command", ["status", "append", "create", "report", "rebuild"])
def test_a_folder_that_may_only_be_read(shipped: Program, tmp_path: Path, command: str) -> None:
    program = copied(shipped, tmp_path)
    before = content(program)
    for left in tmp_path.glob("ledger.db?*"):
        left.unlink()
    (tmp_path / "cache").mkdir()
    tmp_path.chmod(0o555)
    try:
        outcome = bound_by_permissions(program, *COMMANDS[command])
    finally:
        tmp_path.chmod(0o755)

    if command in ("append", "create", "report"):
        assert (outcome.code, outcome.out) == (4, "")
        is_one_sentence(outcome.err)
    else:
        assert outcome.code == 0, outcome.err
    assert content(program) == before
    with Ledger.open(tmp_path / "ledger.db", clock=Ticking()) as ledger:
        assert ledger.record(made("later"), by="x").position == before.count("\n") + 1


@pytest.mark.parametrize("command", ["status", "append", "verify", "report"])
@pytest.mark.parametrize("what", ["ledger.db", "."])
def test_what_may_not_be_read_at_all(shipped: Program, tmp_path: Path, command: str, what: str) -> None:
    program = copied(shipped, tmp_path)
    away = tmp_path / "away"
    away.mkdir()
    shutil.move(tmp_path / "ledger.db", away)
    (away / what).chmod(0)
    try:
        outcome = bound_by_permissions(program, "--db", "away/ledger.db", *COMMANDS[command])
    finally:
        (away / what).chmod(0o755)

    assert (outcome.code, outcome.out) == (4, "")
    is_one_sentence(outcome.err)
    assert "away" in outcome.err
    shutil.move(away / "ledger.db", tmp_path)
    assert content(program).count("\n") == 68


@pytest.mark.parametrize("command", ["status", "verify"])
def test_no_place_for_views(shipped: Program, tmp_path: Path, command: str) -> None:
    """Neither beside the ledger nor in the cache."""
    program = copied(shipped, tmp_path)
    (tmp_path / "cache").touch()
    tmp_path.chmod(0o555)
    try:
        outcome = bound_by_permissions(program, *COMMANDS[command])
    finally:
        tmp_path.chmod(0o755)

    assert (outcome.code, outcome.out) == (4, "")
    is_one_sentence(outcome.err)
