"""Every system call on the record's files fails once, or is the last: what was acknowledged is there, once.

The calls are those that the program makes when all goes well, as strace shows them. Each is then met by an error,
or by the end of the process, in a run on a copy of its own.
"""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Literal

import pytest

from ledger import Ledger
from ledger.events.fields import Source
from ledger.events.kinds import Fact
from tests.conftest import Ticking
from tests.faults.conftest import Watch
from tests.kit.facts import TEXT, assessed, made, reaffirmed, registered
from tests.kit.harm import content
from tests.kit.process import Outcome
from tests.kit.tracing import PID, Call, Fault, calls_of, run_with, why_not

pytestmark = pytest.mark.skipif(
    why_not() is not None, reason=f"{why_not()}; the kill loop of test_killing stands in for this"
)

WATCHED: Final = (
    *("", "ledger.db", "ledger.db-wal", "ledger.db-shm"),
    *("ledger.db.views.db", "ledger.db.views.db-wal", "ledger.db.views.db-shm"),
    *("out.jsonl", f".out.jsonl.{PID}.new"),
)
"""The folder itself, and what the program may make or change in it."""
HOWS: Final = ("EIO", "ENOSPC", "KILL")
SAMPLE: Final = 8
"""Faults of each command in the short run, spread over all there are."""
EARLIER: Final = b"an earlier export\n"

NEW: Final = [made(f"new-{number}", note="Said at length. " * 100) for number in range(12)]
SAID: Final = reaffirmed("trees", "2025-03-01", source=Source(title="A source", url="https://example.org/a"))
APPEND: Final = (
    *("reaffirm", "trees", "--on", "2025-03-01"),
    *("--source-title", "A source", "--source-url", "https://example.org/a"),
)


@dataclass(frozen=True)
class Command:
    """A command, the facts that it records, and the state in which it finds the ledger."""

    name: str
    args: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    state: Literal["tidy", "views behind", "crashed"] = "tidy"


COMMANDS: Final = (
    Command("append", APPEND, (SAID,)),
    Command("append after a crash", APPEND, (SAID,), "crashed"),
    Command("import", ("import", "new.jsonl"), tuple(NEW)),
    Command("rebuild", ("rebuild",)),
    Command("status", ("status", "--format", "json"), (), "views behind"),
    Command("export", ("export", "-o", "{folder}/out.jsonl")),
)


@dataclass(frozen=True)
class Scene:
    """What a command finds (`folder`, with these lines on record), does, and leaves if all goes well."""

    command: Command
    folder: Path
    before: list[bytes]
    calls: list[Call]
    ids: list[str]
    printed: str

    def copy(self) -> Path:
        """A folder like it."""
        return Path(shutil.copytree(self.folder, mkdtemp(dir=self.folder.parent), dirs_exist_ok=True))

    def args(self, folder: Path) -> list[str]:
        return [arg.format(folder=folder) for arg in self.command.args]


def prepared(command: Command, place: Path) -> Path:
    """A folder as the command finds it."""
    made_in, folder = place / "making", place / "scene"
    made_in.mkdir()
    with Ledger.create(made_in / "ledger.db", clock=Ticking()) as ledger:
        ledger.record(registered(text=TEXT), by="tester")
        ledger.record(made(statement="pact", source=None, paragraph=2, quote="plant trees"), by="tester")
        for name in ("lakes", "seas"):
            ledger.record(made(name, note="Said at length. " * 100), by="tester")
        ledger.status(as_of=date.max)
    (made_in / "new.jsonl").write_text("".join(json.dumps(content(fact)) + "\n" for fact in NEW))
    (made_in / "out.jsonl").write_bytes(EARLIER)
    with Ledger.open(made_in / "ledger.db", clock=Ticking()) as ledger:
        if command.state != "tidy":
            ledger.record(assessed("seas", score=1), by="tester")
        if command.state == "crashed":  # as it is left by whoever is killed while they have it open
            shutil.copytree(made_in, folder)
    return folder if command.state == "crashed" else Path(made_in.rename(folder))


def observed(command: Command, place: Path) -> Scene:
    """What the command does, on a copy."""
    folder = prepared(command, place)
    scene = Scene(command, folder, [], [], [], "")
    before = lines_in(scene.copy())
    once = scene.copy()
    calls, printed = calls_of(once, scene.args(once), WATCHED)
    after = lines_in(once)
    assert (after[: len(before)], len(after)) == (before, len(before) + len(command.facts))
    return Scene(command, folder, before, calls, ids_of(after[len(before) :]), printed)


def lines_in(folder: Path) -> list[bytes]:
    with Ledger.open(folder / "ledger.db", clock=Ticking()) as ledger:
        return list(ledger.export())


def ids_of(lines: list[bytes]) -> list[str]:
    return [json.loads(line)["id"] for line in lines]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name.replace(" ", "-"))
def test_each_call_fails_once(command: Command, tmp_path: Path, torture: bool, watched: Watch[object]) -> None:
    scene = observed(command, tmp_path)
    faults = [Fault(call, how) for call in scene.calls for how in HOWS] if torture else spread(scene.calls)
    with ThreadPoolExecutor(os.cpu_count() if torture else 1) as pool:
        found = [
            one for one in watched(pool.map(lambda fault: wrong_with(scene, fault), faults), len(faults)) if one
        ]
    assert not found, f"{len(found)} of {len(faults)}:\n" + "\n".join(map(str, found))


def spread(calls: list[Call]) -> list[Fault]:
    """Some of all there are, the same each time: evenly over what is on a disk, the kinds of fault in turn."""
    kept = [call for call in calls if "-shm" not in call.said]
    chosen = [kept[(2 * number + 1) * len(kept) // (2 * SAMPLE)] for number in range(SAMPLE)]
    return [Fault(call, HOWS[-1 - number % len(HOWS)]) for number, call in enumerate(chosen)]


def wrong_with(scene: Scene, fault: Fault) -> str | None:
    """What does not hold after this, if anything."""
    folder = scene.copy()
    outcome = run_with(folder, scene.args(folder), WATCHED, fault)
    try:
        is_told(scene, fault, outcome)
        is_kept(scene, outcome, folder)
        is_whole(scene, outcome, folder)
    except Exception as error:  # all that went wrong is told together
        return f"{fault}\n  {outcome}\n  {type(error).__name__}: {error}"
    shutil.rmtree(folder)
    return None


def is_told(scene: Scene, fault: Fault, outcome: Outcome) -> None:
    """It is done; or one sentence says that it is not, and why; or there is nobody left to say anything."""
    if fault.how == "KILL":
        assert outcome.code == -9
        return
    assert outcome.code in (0, 4)
    if outcome.code == 4:
        assert outcome.err.startswith("error: ")
        assert outcome.err.count("\n") == 1
        assert not any(raw in outcome.err for raw in ("Errno", "sqlite3", "the database refused"))
    assert outcome.out == ("" if outcome.code else scene.printed)


def is_kept(scene: Scene, outcome: Outcome, folder: Path) -> None:
    """What was acknowledged is there once; what was not is there whole or not at all, and can be said again."""
    with Ledger.open(folder / "ledger.db", clock=Ticking()) as ledger:
        lines = list(ledger.export())
        assert lines[: len(scene.before)] == scene.before
        recorded = ids_of(lines[len(scene.before) :])
        assert recorded in ([], scene.ids)
        if outcome.code == 0:
            assert recorded == scene.ids
        if "nothing was recorded" in outcome.err:
            assert recorded == []
        assert ledger.audit().findings == ()
        for fact in scene.command.facts:
            assert ledger.record(fact, by="tester").new == (not recorded)
        assert ledger.record(made("next"), by="tester").position == len(scene.before) + len(scene.ids) + 1
        assert ids_of(list(ledger.export()))[len(scene.before) : -1] == scene.ids
        assert {row.commitment for row in ledger.status(as_of=date.max)} >= {"next", "trees"}
        assert ledger.audit().findings == ()


def is_whole(scene: Scene, outcome: Outcome, folder: Path) -> None:
    """A file that was to be written is the new one or the old one, and nothing is left lying about."""
    written = (folder / "out.jsonl").read_bytes()
    exported = b"".join(line + b"\n" for line in scene.before)
    exports = scene.command.name == "export"
    assert written in ((EARLIER, exported) if exports else (EARLIER,))
    if exports and outcome.code == 0:
        assert written == exported
    if outcome.code == 4:
        assert not list(folder.glob(".*.new"))
