"""Files that a released version wrote are read, appended to and verified; those of a later one are refused."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from ledger.store.schema import SCHEMA_VERSION
from tests.docs.examples import ROOT
from tests.faults.damaged import LATER
from tests.golden.record import HERE, names, status
from tests.kit.process import Program
from tests.trust.scene import content_id, written

GOLDEN: Final = sorted(HERE.glob("ledger-*.db"))


def released() -> set[str]:
    """The versions that the changelog names, and the one that this is, unless it is only on its way."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = set(re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE))
    now: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return found | ({now} if re.fullmatch(r"\d+\.\d+\.\d+", now) else set())


@pytest.mark.parametrize("version", sorted(released()))
def test_every_version_left_its_files(version: str) -> None:
    missing = [name for name in names(version) if not (HERE / name).exists()]
    assert missing == [], "`python -m tests.golden.record` writes them, when a version is released"


def test_every_schema_has_a_file() -> None:
    found = set()
    for path in GOLDEN:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as log:
            found.add(log.execute("PRAGMA user_version").fetchone()[0])
    assert found == set(range(1, SCHEMA_VERSION + 1))


@pytest.fixture
def copied(program: Program, request: pytest.FixtureRequest) -> Program:
    shutil.copy(request.param, program.folder / "ledger.db")
    return program


@pytest.mark.parametrize("copied", GOLDEN, indirect=True, ids=lambda path: path.stem)
def test_a_file_of_every_version_is_read_appended_to_and_verified(
    copied: Program, request: pytest.FixtureRequest
) -> None:
    file: Path = request.node.callspec.params["copied"]
    lines, answer, _ = (HERE / name for name in names(file.stem.removeprefix("ledger-")))

    assert copied("export").ok().encode() == lines.read_bytes()
    assert copied("export", "--intact").ok().encode() == lines.read_bytes()
    # Fields may come to be added to a row; those that were promised stay as they were.
    now: list[dict[str, Any]] = json.loads(status(copied))
    then: list[dict[str, Any]] = json.loads(answer.read_text(encoding="utf-8"))
    assert [{name: row.get(name) for name in told} for row, told in zip(now, then, strict=True)] == then
    assert copied("verify").code == 0
    checkpoint = copied("checkpoint", "-o", "before.txt")
    assert checkpoint.code == 0

    count = lines.read_bytes().count(b"\n")
    assert copied(*LATER).err.endswith(f"at position {count + 1}\n")

    assert copied("export").ok().encode().startswith(lines.read_bytes())
    assert copied("verify", "--checkpoint", "before.txt").code == 0


COMMANDS: Final = {
    "status": ("status",),
    "append": LATER,
    "import": ("import", "-"),
    "verify": ("verify",),
    "export": ("export",),
    "export what is intact": ("export", "--intact"),
    "checkpoint": ("checkpoint",),
    "rebuild": ("rebuild",),
    "report": ("report",),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_of_a_later_schema_is_refused_without_harm(program: Program, command: str) -> None:
    path = program.folder / "ledger.db"
    shutil.copy(GOLDEN[-1], path)
    with closing(sqlite3.connect(path)) as log:
        log.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()

    outcome = program(*COMMANDS[command])

    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.count("\n") == 1
    assert f"schema {SCHEMA_VERSION + 1}" in outcome.err
    assert "upgrade commitment-ledger" in outcome.err
    assert path.read_bytes() == before
    assert {left.name for left in program.folder.iterdir()} == {"ledger.db"}


LATER_EVENTS: Final = {
    "a kind of a later version": {"kind": "renewed"},
    "a field of a later version": {"weight": "heavy"},
    "a word of a later version": {"strength": "enormous"},
}


@pytest.mark.parametrize("what", LATER_EVENTS)
def test_an_event_of_a_later_version_is_told_and_never_misread(program: Program, what: str) -> None:
    path = program.folder / "ledger.db"
    shutil.copy(GOLDEN[-1], path)
    lines = program("export").ok().encode().splitlines()
    made = next(value for value in map(json.loads, lines) if value["kind"] == "made")
    later = made | {"commitment": "of-a-later-version"} | LATER_EVENTS[what]
    line = written(later | {"id": content_id(later), "recorded_at": json.loads(lines[-1])["recorded_at"]})
    with closing(sqlite3.connect(path)) as log, log:
        row = ("commitment/of-a-later-version", 1, later["kind"], line)
        log.execute("INSERT INTO stored_events VALUES (?, ?, ?, ?)", row)
    before = path.read_bytes()

    verified = program("verify", "--format", "json")
    assert verified.code == 1
    assert {finding["position"] for finding in json.loads(verified.out)} == {len(lines) + 1, None}
    intact = program("export", "--intact")
    assert (intact.code, intact.out.encode().splitlines()) == (1, lines)
    if what == "a field of a later version":
        assert "weight" in intact.err
    assert program(*LATER).code == 4, "nothing is put on top of what is not understood"
    assert program("--db", "other.db", "restore", "-", stdin=line).code == 1
    assert program("--db", "other.db", "init").code == 0
    assert program("--db", "other.db", "import", "-", stdin=line).code == 2
    asked = program("status")
    assert (asked.code, asked.out) == (4, "")
    assert asked.err.startswith(f"error: line {len(lines) + 1} of the log ")
    assert path.read_bytes() == before
