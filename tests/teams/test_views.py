"""Each analyst's views lie in a cache of their own, and answer even when the server is away."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from ledger import Ledger
from tests.kit.facts import TODAY, made, reaffirmed
from tests.kit.histories import Proposal, proposals
from tests.kit.process import Program
from tests.kit.servers import Server, serving
from tests.trust.scene import clock

QUESTIONS = (
    ("status", "--as-of", "2026-06-01", "--format", "json"),
    ("status", "--as-of", "2025-06-01", "--known-at", "30", "--format", "json"),
    ("show", "apec-2025", "--as-of", "2026-06-01"),
    ("log", "--format", "json"),
    ("statements", "--format", "json"),
    ("replay", "--format", "json"),
    ("report", "--as-of", "2026-06-01"),
    ("export",),
    ("checkpoint",),
)


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Server]:
    """A server that a test stops."""
    with serving("fsync=off") as server:
        yield server


def test_both_stores_answer_alike_and_so_do_the_views_without_a_server(away: Server, program: Program) -> None:
    url = away.url()
    for location in (url, "ledger.db"):
        program("--db", location, "init", "--record", "brussels").ok()
    told = {question: program("--db", url, *question).ok() for question in QUESTIONS}
    assert told == {question: program(*question).ok() for question in QUESTIONS}
    away.stop()
    for question in QUESTIONS:
        offline = program("--db", url, "--offline", *question)
        assert offline.ok() == told[question]
        assert "offline: as of position 68, recorded 20" in offline.err
        refused = program("--db", url, *question)
        assert (refused.code, refused.out) == (4, "")
        assert "--offline answers from what was read before" in refused.err


def test_offline_nothing_is_recorded_or_verified(away: Server, program: Program) -> None:
    url = away.url()
    program("--db", url, "init", "--record", "brussels").ok()
    program("--db", url, "status").ok()
    for command in (("verify",), ("log", "--follow"), ("retract", _first(program, url), "--reason", "x")):
        refused = program("--db", url, "--offline", *command)
        assert (refused.code, refused.out) == (2, "")
        assert "--offline" in refused.err
    assert program("--offline", "status").code == 2, "a file needs no server"


def _first(program: Program, url: str) -> str:
    return str(json.loads(program("--db", url, "log", "--last", "1", "--format", "json").ok())[0]["id"])


def test_offline_without_anything_read_before_says_so(program: Program, url: str) -> None:
    refused = program("--db", url, "--offline", "status")
    assert (refused.code, refused.out) == (4, "")
    assert "be connected once" in refused.err


def test_the_views_are_in_the_cache_and_nobody_elses_to_read(program: Program, url: str) -> None:
    program("--db", url, "init", "--record", "brussels").ok()
    program("--db", url, "status").ok()
    assert [one.name for one in program.folder.iterdir()] == ["cache"]
    (views,) = (program.folder / "cache").rglob("*.views.db")
    assert stat.S_IMODE(views.stat().st_mode) == 0o600
    other = url.replace("postgres@", "")
    assert program("--db", other, "status", PGUSER="postgres").code == 0
    assert len(list((program.folder / "cache").rglob("*.views.db"))) == 1, "one for the record, whoever asks"


def test_views_of_a_record_that_is_no_more_are_made_anew(url: str, server: Server, database: str) -> None:
    with Ledger.create(url, clock=clock) as ledger:
        ledger.record(made("lakes"), by="tester")
        assert [row.commitment for row in ledger.commitments()] == ["lakes"]
    server.sql("DROP SCHEMA commitment_ledger CASCADE", database)
    with Ledger.create(url, clock=clock) as ledger:
        ledger.record(made("trees"), by="tester")
        assert [row.commitment for row in ledger.commitments()] == ["trees"]


def test_views_take_in_only_what_is_new(url: str) -> None:
    steps: list[int] = []
    with Ledger.create(url, clock=clock) as one, Ledger.open(url, clock=clock) as other:
        other.progress = steps.append
        for number in range(3):
            one.record(made(f"trees-{number}"), by="tester")
            assert len(other.commitments()) == number + 1
        assert other.rebuild() == 3
    assert steps == [1, 1, 1, 3]


def test_a_record_moves_to_a_server_and_back_byte_for_byte(program: Program, url: str) -> None:
    program("--db", "first.db", "init", "--record", "brussels").ok()
    program("--db", "first.db", "retract", _first(program, "first.db"), "--reason", "x").ok()
    lines = program("--db", "first.db", "export").ok()
    program("--db", url, "restore", "-", stdin=lines).ok()
    program("--db", "second.db", "restore", "-", stdin=program("--db", url, "export").ok()).ok()
    assert program("--db", "second.db", "export").ok() == lines
    points = {program("--db", location, "checkpoint").ok() for location in ("first.db", url, "second.db")}
    assert len(points) == 1
    assert program("--db", url, "verify").code == 0


@settings(max_examples=15)
@given(proposals())
def test_both_stores_record_and_refuse_the_same(server: Server, proposed: list[Proposal]) -> None:
    """Random histories: the same rulings in the same words, and the same events."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", folder)
        with (
            Ledger.create(Path(folder) / "ledger.db", clock=clock) as here,
            Ledger.create(server.url(server.database()), clock=clock) as there,
        ):
            for proposal in proposed:
                fact = proposal.against(here.entries())
                assert _ruling(here, fact) == _ruling(there, fact)
            assert [entry.id for entry in here.entries()] == [entry.id for entry in there.entries()]
            assert here.status(as_of=TODAY) == there.status(as_of=TODAY)
            assert here.audit().findings == there.audit().findings == ()


def _ruling(ledger: Ledger, fact: object) -> object:
    try:
        return ledger.record(fact, by="tester")  # type: ignore[arg-type]
    except Exception as error:
        return (type(error), str(error))


def test_what_the_cache_can_not_hold_is_an_error_in_words(program: Program, url: str) -> None:
    program("--db", url, "init").ok()
    (program.folder / "no-folder").write_text("")
    refused = program("--db", url, "status", XDG_CACHE_HOME=str(program.folder / "no-folder"))
    assert refused.code == 4
    assert "XDG_CACHE_HOME" in refused.err


def test_appending_needs_no_views(program: Program, url: str) -> None:
    with Ledger.create(url, clock=clock) as ledger:
        ledger.record(made(), by="tester")
        assert ledger.record(reaffirmed(), by="tester").position == 2
    assert not list(program.folder.rglob("*.views.db"))
