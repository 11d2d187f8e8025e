"""The views are held against a fresh replay: what was edited by hand is found, what merely lags is caught up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.auditing import audit
from ledger.errors import LedgerError
from ledger.store.log import SQLiteLog
from tests.kit.facts import made
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, clock, first_of, forged, put_state, state

EDITS = {
    "a statement's title": (
        "statements",
        "UPDATE statements SET title = 'Another' WHERE statement = 'pact'",
        "pact",
    ),
    "a statement taken out": ("statements", "DELETE FROM statements WHERE statement = 'minutes'", "minutes"),
    "a statement put in": (
        "statements",
        "INSERT INTO statements (statement, title) VALUES ('a', 'An accord')",
        "a",
    ),
    "a due date": ("commitments", "UPDATE commitments SET due = '2030-01-01' WHERE commitment = 'trees'", "trees"),
    "a commitment taken out": ("commitments", "DELETE FROM commitments WHERE commitment = 'charter'", "charter"),
    "a status": (
        "lives",
        "UPDATE lives SET status = 'fulfilled' WHERE commitment = 'charter' AND until_day IS NULL",
        "charter JPN 2025-06-01",
    ),
    "a standing taken out": (
        "lives",
        "DELETE FROM lives WHERE commitment = 'trees' AND instr(countries, 'KOR') AND until_day IS NULL",
        "trees KOR 2025-04-30",
    ),
    "a standing of a country that is no party": (
        "lives",
        "INSERT INTO lives (commitment, countries, from_day) VALUES ('trees', 'USB', '2025-01-01')",
        "trees USB 2025-01-01",
    ),
    "a spell's end": (
        "lives",
        "UPDATE lives SET until_day = '2026-01-01' WHERE commitment = 'charter' AND until_day IS NULL",
        "charter JPN 2025-06-01",
    ),
    "a spell's score": (
        "lives",
        "UPDATE lives SET score = 1 WHERE commitment = 'old-growth' AND instr(countries, 'JPN')",
        "old-growth JPN 2025-01-20",
    ),
    "an event's note": ("events", "UPDATE events SET note = 'Nothing.' WHERE position = 12", "12"),
    "an event's line": ("events", "UPDATE events SET line = replace(line, 'Busan', 'Pusan')", "12"),
    "a retraction taken back": ("events", "UPDATE events SET retracted_at = NULL WHERE position = 21", "21"),
    "an event taken out": ("events", "DELETE FROM events WHERE position = 13", "13"),
    "the last day": ("meta", "UPDATE meta SET value = '2020-01-01' WHERE key = 'last_day'", "last_day"),
    "another key": ("meta", "INSERT INTO meta VALUES ('a', 'b')", "a"),
}


def edit(scene: Scene, *statements: str) -> None:
    with closing(sqlite3.connect(scene.views, isolation_level=None)) as views:
        for statement in statements:
            assert views.execute(statement).rowcount != 0


def test_every_table_is_edited_here(untouched: Scene) -> None:
    with closing(sqlite3.connect(untouched.views)) as views:
        found = views.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'events_fts%'"
        )
        assert {table for (table,) in found} == {table for table, _, _ in EDITS.values()}


@pytest.mark.parametrize("what", EDITS)
def test_a_view_edited_by_hand_is_found_and_made_anew_by_rebuild(scene: Scene, what: str) -> None:
    table, statement, where = EDITS[what]
    edit(scene, statement)
    finding, *more = scene.audit(scene.before)
    assert (finding.check, finding.position) == ("views", None)
    assert all(one.said.startswith("the index of words does not fit the events") for one in more)
    assert finding.said == (
        f"{table} is not what a fresh replay gives, first at {where}: it was changed by hand; "
        "`ledger rebuild` makes it anew"
    )
    with scene.ledger() as ledger:
        ledger.rebuild()
    assert scene.audit() == ()


def test_every_table_that_was_edited_is_told(scene: Scene) -> None:
    one_of_each = {table: statement for table, statement, _ in EDITS.values()}
    edit(scene, *one_of_each.values())
    differing = [finding.said for finding in scene.audit() if "a fresh replay" in finding.said]
    said = [words.split(" ")[0] for words in differing]
    assert said == ["statements", "commitments", "lives", "events", "meta"]


def test_an_index_of_words_that_was_emptied_is_found(console: Console, scene: Scene) -> None:
    words = ("log", "--words", "Busan", "--format", "csv")
    assert console(*words).ok().count("\n") == 2
    edit(scene, "DELETE FROM events_fts WHERE rowid = 12")
    assert console(*words).ok().count("\n") == 1
    assert first_of(scene.audit()) == {"views": None}


MADE_ANEW = {
    "the position": "UPDATE meta SET value = '7' WHERE key = 'position'",
    "the position, in words": "UPDATE meta SET value = 'seven' WHERE key = 'position'",
    "the hash of the line": "UPDATE meta SET value = '' WHERE key = 'line'",
    "the version": "UPDATE meta SET value = '0' WHERE key = 'version'",
    "all marks": "DELETE FROM meta",
    "no statements": "DROP TABLE statements",
    "no commitments": "DROP TABLE commitments",
    "no lives": "DROP TABLE lives",
    "no standings": "DROP VIEW standings",
    "no spells": "DROP VIEW spells",
    "no events": "DROP TABLE events",
    "no marks": "DROP TABLE meta",
    "no index of words": "DROP TABLE events_fts",
    "a column less": "ALTER TABLE commitments DROP COLUMN due_basis",
    "a column more": "ALTER TABLE commitments ADD COLUMN note",
    "a table more": "CREATE TABLE notes (note)",
}
"""What makes views those of another record or program, as any question finds, and not only an audit."""


@pytest.mark.parametrize("what", MADE_ANEW)
def test_views_that_are_not_of_this_record_are_made_anew(console: Console, scene: Scene, what: str) -> None:
    questions = [("status", "--as-of", "2026-01-31"), ("log",)]
    before = [console(*question).ok() for question in questions]
    edit(scene, EDITS["a status"][1], MADE_ANEW[what])
    assert [console(*question).ok() for question in questions] == before
    assert scene.audit() == ()


def test_views_of_another_record_are_made_anew(scene: Scene, brussels_lines: list[bytes]) -> None:
    other = scene.folder / "other"
    other.mkdir()
    Ledger.create(other / "ledger.db", clock=clock, lines=brussels_lines).close()
    (other / "ledger.db").rename(scene.path)
    with scene.ledger() as ledger:
        assert ledger.audit().findings == ()
        assert len(ledger.log()) == 68


def test_views_that_lag_are_caught_up_and_views_that_lag_and_were_edited_are_found(scene: Scene) -> None:
    old = scene.views.read_bytes()
    with scene.ledger() as ledger:
        ledger.record(made("parks"), by="tester")
    assert scene.audit() == ()
    scene.forget_views()
    scene.views.write_bytes(old)
    edit(scene, EDITS["a status"][1])
    assert first_of(scene.audit()) == {"views": None}


def test_views_outlive_a_change_in_the_log_and_betray_it(scene: Scene) -> None:
    with scene.tampering() as log:
        put_state(log, 12, forged(state(log, 12), note="They met in Pusan."))
    assert first_of(scene.audit()) == {"views": None}
    scene.forget_views()
    assert scene.audit() == ()
    assert first_of(scene.audit(scene.before)) == {"checkpoints": None}


DAMAGES = {
    "no byte left": b"",
    "no database": b"views\n" * 1000,
    "a header and nothing more": b"SQLite format 3\0" + bytes(84),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damaged_views_are_thrown_away(scene: Scene, what: str) -> None:
    scene.views.write_bytes(DAMAGES[what])
    assert scene.audit() == ()


@pytest.mark.parametrize("name", [b"commitments", b"CREATE TABLE", b"scored_on"])
def test_views_whose_schema_is_no_text_are_no_crash(console: Console, scene: Scene, name: bytes) -> None:
    raw = scene.views.read_bytes()
    assert name in raw
    scene.views.write_bytes(raw.replace(name, b"\xff" * len(name)))
    for command in ("verify", "status"):
        outcome = console(command)
        assert outcome.code in {0, 1, 4}
        assert outcome.code != 4 or outcome.err.startswith("error: ")


@settings(max_examples=50)
@given(at=st.integers(0, 10**6) | st.integers(0, 4095), other=st.integers(1, 255))
def test_a_flipped_byte_in_the_views_is_no_crash_and_a_rebuild_mends_it(
    untouched: Scene, tmp_path_factory: pytest.TempPathFactory, at: int, other: int
) -> None:
    scene = untouched.copy(tmp_path_factory.mktemp("flipped"))
    raw = bytearray(scene.views.read_bytes())
    raw[at % len(raw)] ^= other
    scene.views.write_bytes(raw)
    try:
        findings = scene.audit(scene.before)
    except LedgerError:
        scene.forget_views()
    else:
        assert {finding.check for finding in findings} <= {"views"}
        with scene.ledger() as ledger:
            ledger.rebuild()
    assert scene.audit() == ()


class GrowingLog(SQLiteLog):
    """The log while another program appends to it: once, when it has just been read for the first time."""

    grown = False

    def lines(self, after: int = 0, upto: int | None = None):  # type: ignore[no-untyped-def]
        yield from super().lines(after, upto)
        if not self.grown:
            self.grown = True
            with Ledger.open(self.path, clock=clock) as writer:
                writer.record(made("parks"), by="another")


def test_an_append_during_the_audit_is_no_finding(scene: Scene) -> None:
    with closing(GrowingLog(scene.path)) as log:
        assert audit(log, scene.views, [scene.before]).findings == ()
        assert log.grown
    assert len(scene.lines()) == SIZE + 1


def test_views_are_not_compared_where_the_log_is_at_fault(scene: Scene) -> None:
    edit(scene, EDITS["a status"][1])
    with scene.tampering() as log:
        log.execute("UPDATE stored_events SET topic = 'lapsed' WHERE rowid = 2")
    findings = scene.audit()
    assert [finding.check for finding in findings] == ["lines", "views"]
    assert findings[1].said == "not compared with a replay: the log itself is at fault"


def test_an_audit_leaves_nothing_beside_the_ledger(console: Console, scene: Scene) -> None:
    before = {path.name for path in Path.cwd().iterdir()}
    console("verify").ok()
    assert {path.name for path in Path.cwd().iterdir()} == before
