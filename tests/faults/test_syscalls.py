"""Every system call on the record's files, failing or the last that the process makes.

Whatever happens: the record is intact, what was acknowledged is there once, what was not is there wholly or not at
all, and the next append works.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ledger import Ledger
from tests.conftest import Ticking
from tests.faults.damaged import LATER
from tests.kit.facts import made
from tests.kit.ledgers import shipped
from tests.kit.process import Outcome, Program
from tests.kit.tracing import Call, Tracer, why_not

__all__ = ["shipped"]

pytestmark = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")

RECORD: Final = tuple(f"ledger.db{more}{ending}" for more in ("", ".views.db") for ending in ("", "-wal", "-shm"))
COMMANDS: Final = {
    "append": Tracer(LATER, RECORD),
    "import": Tracer(("import", "more.jsonl"), RECORD),
    "rebuild": Tracer(("rebuild",), RECORD),
    "export": Tracer(("export", "-o", "out.jsonl")),
}
ADDS: Final = {"append": 1, "import": 40, "rebuild": 0, "export": 0}
FAULTS: Final = ("error=EIO", "error=ENOSPC", "signal=KILL")
SAMPLE: Final = 12
"""Faults of each command that `make test` tries, spread over all of them."""


@pytest.fixture(scope="module")
def before(shipped: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The shipped record, its views made, and beside it a file to import."""
    folder = tmp_path_factory.mktemp("before")
    shutil.copy(shipped.folder / "ledger.db", folder / "ledger.db")
    more = [_line(f"more-{number}") for number in range(ADDS["import"])]
    (folder / "more.jsonl").write_text("".join(more))
    program = Program(folder)
    program("status").ok()
    return program


def _line(name: str) -> str:
    described = {"title": "More", "nature": "standing", "strength": "low", "parties": ["JPN"]}
    source = {"title": "A source", "url": "https://example.org/more"}
    said = {"kind": "made", "commitment": name, "occurred_on": "2026-02-01", "source": source}
    return json.dumps(said | described) + "\n"


def copies(before: Program, tmp_path: Path) -> Iterator[Program]:
    """The same again and again, each time in a folder of the same name: paths are part of what is traced."""
    folder = tmp_path / "copy"
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before.folder, folder)
        yield Program(folder)


@pytest.mark.parametrize("what", COMMANDS)
def test_whatever_call_fails_nothing_is_lost_and_nothing_is_half_done(
    what: str, before: Program, tmp_path: Path, torture: bool
) -> None:
    fresh = copies(before, tmp_path)
    tracer = COMMANDS[what]
    found = tracer.calls(next(fresh))
    assert {call.name for call in found} >= (
        {"write", "fsync", "rename"} if what == "export" else {"openat", "pwrite64"}
    )
    faults = [(call, fault) for call in found for fault in FAULTS]
    for call, fault in faults if torture else faults[:: max(1, len(faults) // SAMPLE)]:
        program = next(fresh)
        outcome = tracer.with_fault(program, call, fault)
        _check_told(outcome, call, fault)
        _check_kept(before, program, outcome, what, (call, fault))


def _check_told(outcome: Outcome, call: Call, fault: str) -> None:
    if "signal" in fault:
        return
    assert "Traceback" not in outcome.err, (call, fault, outcome.err)
    assert outcome.code in (0, 4), (call, fault, outcome)
    if outcome.code:
        assert outcome.err.startswith("error: "), (call, fault, outcome.err)
        assert outcome.err.count("\n") == 1, (call, fault, outcome.err)


def _check_kept(before: Program, after: Program, outcome: Outcome, what: str, why: object) -> None:
    old, new = ([*_opened(one).export()] for one in (before, after))
    assert new[: len(old)] == old, why
    added = len(new) - len(old)
    assert added == ADDS[what] or (added == 0 and outcome.code != 0), why
    written = after.folder / "out.jsonl"
    if written.exists() or (what == "export" and outcome.code == 0):
        assert written.read_bytes() == b"".join(line + b"\n" for line in old), why
    with _opened(after) as ledger:
        assert not ledger.audit().findings, why
        assert ledger.record(made("afterwards"), by="tester").position == len(new) + 1, why
        assert "afterwards" in {one.commitment for one in ledger.commitments()}, why


def _opened(program: Program) -> Ledger:
    return Ledger.open(program.folder / "ledger.db", clock=Ticking())
