"""Many processes, all started together, on a ledger that none of them has made yet: a file, and a server."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Final

import psycopg
import pytest

from ledger import Ledger
from ledger.errors import StoreError, StoreExists
from tests.kit.facts import NOW, made, reaffirmed
from tests.kit.process import Program
from tests.kit.race import race
from tests.kit.unprivileged import dropped

WRITERS: Final = 8
TAILS: Final = 2
RUNNERS: Final = WRITERS + TAILS + 1
"""The last of them rebuilds the views, again and again."""
EACH: Final = {False: 6, True: 150}
"""Events that each writer records, in the short run and in the long one."""


def now() -> datetime:
    return datetime.now(UTC)


def take_part(number: int, place: Path, each: int) -> list[str]:
    """The ids that a runner recorded, or saw; none, of the one that rebuilds."""
    location = str(place).replace("postgresql:/", "postgresql://", 1)
    with suppress(StoreExists):
        Ledger.create(location, clock=now).close()
    with Ledger.open(location, clock=now) as ledger:
        if number < WRITERS:
            return written(ledger, f"writer-{number}", each)
        if number < WRITERS + TAILS:
            return seen(ledger, WRITERS * (each + 1))
        while ledger.rebuild() < WRITERS * (each + 1):
            pass
        return []


def written(ledger: Ledger, name: str, each: int) -> list[str]:
    facts = [made(name), *(reaffirmed(name, note=f"The {number}th time.") for number in range(each))]
    return [ledger.record(fact, by=name).id for fact in facts]


def seen(ledger: Ledger, total: int) -> list[str]:
    found: list[str] = []
    for lines in ledger.follow():
        found += [str(line.position) for line in lines]
        if len(found) >= total:
            break
    ids = [entry.id for entry in ledger.entries()]
    return [ids[int(position) - 1] for position in found]


def take_part_briefly(number: int, place: Path) -> list[str]:
    return take_part(number, place, EACH[False])


def take_part_at_length(number: int, place: Path) -> list[str]:
    return take_part(number, place, EACH[True])


def agree(location: str, told: list[list[str]]) -> None:
    """Nobody missed anything or saw it twice, and all saw one order."""
    with Ledger.open(location, clock=now) as ledger:
        entries = ledger.entries()
        ids = [entry.id for entry in entries]
        assert sorted(chain(*told[:WRITERS])) == sorted(ids)
        for own in told[:WRITERS]:
            assert own == [one for one in ids if one in own], "each one's own come in its order"
        assert told[WRITERS:-1] == [ids] * TAILS
        assert [entry.recorded_at for entry in entries] == sorted(entry.recorded_at for entry in entries)
        assert len(ledger.status(as_of=date.max)) == 3 * WRITERS
        assert ledger.audit().findings == ()


def test_on_a_file(tmp_path: Path, torture: bool) -> None:
    path = tmp_path / "ledger.db"
    agree(str(path), race(take_part_at_length if torture else take_part_briefly, path, RUNNERS))


def test_on_a_server(url: str, torture: bool) -> None:
    agree(url, race(take_part_at_length if torture else take_part_briefly, Path(url), RUNNERS))


# Waiting, as people see it


ARGS: Final = ("reaffirm", "trees", "--on", "2025-03-01", "--source-title", "A", "--source-url", "https://a.org/")


def test_who_waits_too_long_for_a_file_is_told_so(program: Program, torture: bool) -> None:
    """The installed program waits for as long as it says, and says what it waited for."""
    if not torture:
        pytest.skip("half a minute of waiting, which only the long run has; test_opening waits for a second")
    with Ledger.create(program.folder / "ledger.db", clock=now) as ledger:
        ledger.record(made(), by="tester")
        with closing(sqlite3.connect(program.folder / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            outcome = program(*ARGS)
            assert len(program("status", "--format", "json").ok()) > 2, "who only asks does not wait"
            other.execute("ROLLBACK")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err == (
        "error: ledger.db: another process has been writing for more than 30 seconds; try again\n"
    )
    assert program(*ARGS).ok()


def test_who_waits_too_long_for_a_server_is_told_so(program: Program, url: str, torture: bool) -> None:
    if not torture:
        pytest.skip("half a minute of waiting, which only the long run has; test_lost waits for a second")
    with Ledger.create(url, clock=now) as ledger:
        ledger.record(made(), by="tester")
    with psycopg.connect(url) as other:
        other.execute("SELECT commitment_ledger.begin_append()")
        outcome = program("--db", url, *ARGS)
        other.rollback()
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (4, "", 1)
    assert "another has been writing for more than 30 seconds" in outcome.err
    assert program("--db", url, *ARGS).ok()


def test_who_waits_long_enough_is_served(program: Program) -> None:
    with Ledger.create(program.folder / "ledger.db", clock=now) as ledger:
        ledger.record(made(), by="tester")
    other = sqlite3.connect(program.folder / "ledger.db", isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        later = threading.Timer(1.5, other.execute, ["ROLLBACK"])
        later.start()
        assert program(*ARGS).ok()
        later.join()


# What each judges by


@contextmanager
def files_left(count: int) -> Iterator[None]:
    """A process that may open so many more files, and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("left", range(1, 5))
def test_who_opened_it_in_need_judges_by_what_others_recorded_since(tmp_path: Path, left: int) -> None:
    """Or could not open it at all: one that is read as if nobody could write to it would judge by what was."""
    path = tmp_path / "ledger.db"
    Ledger.create(path, clock=now).close()
    with Ledger.open(path, clock=now) as ledger:
        ledger.record(made(), by="tester")
    with files_left(left):
        try:
            needy = Ledger.open(path, clock=lambda: NOW)
        except StoreError as error:
            assert "cannot be opened" in str(error)
            return
    with needy, Ledger.open(path, clock=now) as other:
        other.record(reaffirmed(), by="other")
        assert needy.size() == 2
        assert not needy.record(reaffirmed(), by="needy").new
        assert needy.record(reaffirmed(note="Another."), by="needy").position == 3
        assert needy.audit().findings == ()


READER: Final = """
import sys
from datetime import UTC, date, datetime
from ledger import Ledger
with Ledger.open(sys.argv[1], clock=lambda: datetime.now(UTC)) as ledger:
    for _ in sys.stdin:
        print(ledger.size(), len(ledger.log()), len(list(ledger.export())), flush=True)
"""


def test_who_may_only_read_sees_what_others_record(tmp_path: Path) -> None:
    """In a folder where the one may write and the other may not, who has had the ledger open all the while."""
    path = tmp_path / "shared" / "ledger.db"
    path.parent.mkdir()
    Ledger.create(path, clock=now).close()
    path.parent.chmod(0o555)
    reader = subprocess.Popen(
        [*dropped(), sys.executable, "-c", READER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")},
        text=True,
    )
    with reader:
        assert asked(reader) == "0 0 0"
        assert list(path.parent.iterdir()) == [path]
        for size in (1, 2, 3):
            path.parent.chmod(0o755)
            with Ledger.open(path, clock=now) as writer:
                writer.record(made(f"trees-{size}"), by="tester")
                path.parent.chmod(0o555)
                assert asked(reader) == f"{size} {size} {size}", "while it is open to be written"
            path.parent.chmod(0o755)  # the last who has it open takes in what lies ahead
            with Ledger.open(path, clock=now) as writer:
                assert writer.size() == size
            path.parent.chmod(0o555)
            assert asked(reader) == f"{size} {size} {size}"
        reader.communicate()
    path.parent.chmod(0o755)


def asked(reader: subprocess.Popen[str]) -> str:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write("\n")
    reader.stdin.flush()
    return reader.stdout.readline().strip()
