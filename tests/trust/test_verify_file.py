"""The file itself: its guards and tables, and damage below the level of rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.errors import StoreError
from tests.trust.conftest import Console
from tests.trust.scene import Scene, first_of

GUARDS = (
    "log_grows_at_the_end",
    "log_grows_by_the_next_version",
    "log_is_not_deleted",
    "log_is_not_updated",
)
HARMLESS = "CREATE TRIGGER {0} BEFORE UPDATE ON stored_events BEGIN SELECT 1; END"

SCHEMA_ATTACKS = {
    **{f"without {name}": (f"DROP TRIGGER {name}", [f"{name} is missing"]) for name in GUARDS},
    **{
        f"a harmless {name}": (
            f"DROP TRIGGER {name}; {HARMLESS.format(name)}",
            [f"{name} is not as it was made"],
        )
        for name in GUARDS
    },
    "without any guard": (
        "; ".join(f"DROP TRIGGER {name}" for name in GUARDS),
        [f"{name} is missing" for name in GUARDS],
    ),
    "a trigger more": (HARMLESS.format("spy"), ["spy is no part of a ledger"]),
    "a table more": ("CREATE TABLE notes (note)", ["notes is no part of a ledger"]),
    "a view more": ("CREATE VIEW latest AS SELECT * FROM stored_events", ["latest is no part of a ledger"]),
    "an index more": ("CREATE INDEX by_topic ON stored_events (topic)", ["by_topic is no part of a ledger"]),
    "a column more": (
        "ALTER TABLE stored_events ADD COLUMN note",
        ["stored_events is not as it was made"],
    ),
}  # fmt: skip


def test_the_guards_are_those_that_a_ledger_has(untouched: Scene) -> None:
    with closing(sqlite3.connect(untouched.path)) as log:
        found = log.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        assert tuple(name for (name,) in found) == GUARDS


@pytest.mark.parametrize("what", SCHEMA_ATTACKS)
def test_a_change_of_the_schema_is_found(scene: Scene, what: str) -> None:
    statements, said = SCHEMA_ATTACKS[what]
    with closing(sqlite3.connect(scene.path)) as log:
        log.executescript(statements)
    findings = [finding for finding in scene.audit(scene.before) if finding.check != "views"]
    assert {finding.check for finding in findings} == {"schema"}
    assert sorted(finding.said.partition(":")[0] for finding in findings) == sorted(said)


@pytest.mark.parametrize("what", ["TO events", "COLUMN state TO line"])
def test_a_renaming_leaves_nothing_to_read_and_is_told(scene: Scene, what: str) -> None:
    with closing(sqlite3.connect(scene.path)) as log:
        log.execute(f"ALTER TABLE stored_events RENAME {what}")
    found = first_of(scene.audit(scene.before))
    assert found.keys() == {"database", "schema", "checkpoints"}


@pytest.mark.parametrize("column", ["originator_id", "topic", "state"])
def test_text_that_is_no_text_is_a_finding_and_no_crash(scene: Scene, column: str) -> None:
    with scene.tampering() as log:
        log.execute(f"UPDATE stored_events SET {column} = CAST(x'ff' AS TEXT) WHERE rowid = 12")
    assert first_of(scene.audit())["lines"] == 12


@pytest.mark.parametrize("command", ["export", "checkpoint", "status", "log", "report"])
def test_what_reads_a_line_stored_as_text_does_not_crash(console: Console, scene: Scene, command: str) -> None:
    with scene.tampering() as log:
        log.execute("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = 12")
    scene.forget_views()
    outcome = console(command)
    assert outcome.code in {0, 4}
    assert outcome.code == 0 or outcome.err.startswith("error: ")


def zeroed(raw: bytes, page: int) -> bytes:
    return raw[: 4096 * page] + bytes(4096) + raw[4096 * (page + 1) :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no byte left": lambda raw: b"",
    "the header alone": lambda raw: raw[:100],
    "one page alone": lambda raw: raw[:4096],
    "the last page lost": lambda raw: raw[:-4096],
    "half a page lost": lambda raw: raw[:-2048],
    "the magic words changed": lambda raw: b"X" + raw[1:],
    "another page size": lambda raw: raw[:16] + b"\x02\x00" + raw[18:],
    "another application's mark": lambda raw: raw[:68] + b"GPKG" + raw[72:],
    "the schema zeroed": lambda raw: zeroed(raw, 0),
    "a guard's name that is no text": lambda raw: raw.replace(b"log_is_not_updated", b"log_is_not\xffupdated"),
    "a guard's text that is no text": lambda raw: raw.replace(b"no UPDATE'", b"no \xff\xff\xff\xff\xff\xff'"),
    "a guard's text that is no SQL": lambda raw: raw.replace(b"BEGIN SELECT", b"BEGUN SELECT"),
    "a guard of no text and no SQL": lambda raw: raw.replace(
        b"log_is_not_updated", b"log_is_not\xffupdated"
    ).replace(b"BEGIN SELECT", b"BEGUN SELECT"),
    "text in place of all": lambda raw: b"a ledger\n" * 1000,
    "lines in place of all": lambda raw: b'{"id":"0"}\n' * 1000,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_file_is_told_in_words(console: Console, scene: Scene, what: str) -> None:
    raw = scene.path.read_bytes()
    damaged = DAMAGES[what](raw)
    assert damaged != raw
    scene.path.write_bytes(damaged)
    outcome = console("verify")
    assert outcome.code in {1, 4}
    assert outcome.err.startswith("error: ") or outcome.err.endswith("the record is not intact\n")


@pytest.mark.parametrize("page", range(1, 6))
def test_a_page_of_zeros_is_told_in_words(console: Console, scene: Scene, page: int) -> None:
    raw = scene.path.read_bytes()
    assert len(raw) > 4096 * page
    scene.path.write_bytes(zeroed(raw, page))
    outcome = console("verify")
    assert outcome.code in {1, 4}
    assert outcome.err.startswith("error: ") or outcome.err.endswith("the record is not intact\n")


@settings(max_examples=150)
@given(at=st.integers(0, 10**6) | st.integers(0, 4095), other=st.integers(1, 255))
@example(at=18, other=3)  # the write version, in the header
@example(at=100, other=0xFF)  # the kind of the first page
@example(at=4096, other=0xFF)  # and of the second
def test_a_flipped_byte_is_told_or_left_every_line_as_it_was(
    untouched: Scene, tmp_path_factory: pytest.TempPathFactory, at: int, other: int
) -> None:
    scene = untouched.copy(tmp_path_factory.mktemp("flipped"))
    raw = bytearray(scene.path.read_bytes())
    raw[at % len(raw)] ^= other
    scene.path.write_bytes(raw)
    try:
        findings = scene.audit(scene.before)
    except StoreError:
        return  # exit code 4, in words; anything else that is raised is a crash
    assert findings or scene.lines() == untouched.lines()


def test_damage_in_the_middle_does_not_hide_what_comes_before_it(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.path, isolation_level=None)) as log:
        log.execute("DROP TRIGGER log_is_not_updated")
        log.execute("UPDATE stored_events SET topic = 'lapsed' WHERE rowid = 2")
    raw = scene.path.read_bytes()
    altered, lost = (raw.index(words) // 4096 for words in (b'"title":"Minutes"', b'"assessor":"A watcher'))
    assert altered != lost
    scene.path.write_bytes(zeroed(raw, lost))
    found = first_of(scene.audit())
    assert found["schema"] is None
    assert found["lines"] == 2
    assert found["database"] is None


def test_nothing_is_a_ledger_that_is_not_there(console: Console) -> None:
    outcome = console("verify")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err == "error: there is no ledger at ledger.db; create one with `ledger init`\n"
    assert list(Path.cwd().iterdir()) == []
