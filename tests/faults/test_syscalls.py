"""Every system call on the record's files fails once, or is the last: what was acknowledged is there, once.

The calls are those that the program makes when all goes well, as strace shows them. Each is then met by an error,
or by the end of the process, in a run on a copy of its own.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from ledger import Ledger
from ledger.store.views.location import views_path
from tests.conftest import Ticking
from tests.kit.facts import TEXT, made, reaffirmed, registered
from tests.kit.harm import content
from tests.kit.process import Outcome
from tests.kit.tracing import PID, Fault, calls_of, run_with, why_not

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
SAMPLE: Final = 12
"""Faults of each command in the short run, spread over all there are."""
EARLIER: Final = b"an earlier export\n"


@dataclass(frozen=True)
class Command:
    """A command, and how many events it records if it succeeds."""

    name: str
    args: tuple[str, ...]
    records: int = 0
    crashed: bool = False
    stale: bool = field(default=False)

    def __str__(self) -> str:
        return self.name


SOURCE: Final = ("--source-title", "A source", "--source-url", "https://example.org/a")
APPEND: Final = ("reaffirm", "trees", "--on", "2025-03-01", *SOURCE)
COMMANDS: Final = (
    Command("append", APPEND, records=1),
    Command("append after a crash", APPEND, records=1, crashed=True),
    Command("import", ("import", "new.jsonl"), records=12),
    Command("rebuild", ("rebuild",)),
    Command("question that the views lag behind", ("status", "--format", "json"), stale=True),
    Command("export", ("export", "-o", "{folder}/out.jsonl")),
)


@dataclass(frozen=True)
class Scene:
    """A folder to copy, the lines of the ledger in it, and what the command prints if all goes well."""

    folder: Path
    command: Command
    lines: tuple[bytes, ...]
    printed: str

    def copy(self, name: str) -> Path:
        """Another folder like it."""
        return Path(shutil.copytree(self.folder, self.folder.parent / name))


def scene_of(command: Command, place: Path) -> Scene:
    folder = place / "scene"
    folder.mkdir()
    with Ledger.create(folder / "making.db", clock=Ticking()) as ledger:
        ledger.record(registered(text=TEXT), by="tester")
        ledger.record(made(statement="pact", source=None, paragraph=2, quote="plant trees"), by="tester")
        for name in ("lakes", "seas"):
            ledger.record(made(name, note="Said at length. " * 100), by="tester")
        ledger.status(as_of=date.max)
        shutil.copy(views_path(folder / "making.db"), folder / "ledger.db.views.db")
        if command.crashed or command.stale:
            ledger.record(reaffirmed("seas", note="What came last."), by="tester")
        if command.crashed:  # as a process leaves it that is killed while it has the ledger open
            shutil.copy(folder / "making.db-wal", folder / "ledger.db-wal")
            shutil.copy(folder / "making.db", folder / "ledger.db")
        lines = tuple(ledger.export())
    if not command.crashed:
        shutil.copy(folder / "making.db", folder / "ledger.db")
    for left in folder.glob("making.db*"):
        left.unlink()
    facts = [made(f"new-{number}", note="Said at length. " * 100) for number in range(12)]
    (folder / "new.jsonl").write_text("".join(json.dumps(content(fact)) + "\n" for fact in facts))
    (folder / "out.jsonl").write_bytes(EARLIER)
    return Scene(folder, command, lines, "")
