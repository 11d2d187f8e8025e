"""A record in a file, what can happen to the file, and what the program then says of it.

The program runs in this process: there are thousands of damages, and a process of its own adds nothing to them.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_command

from ledger import Ledger
from ledger.cli.app import app
from tests.kit.facts import made
from tests.kit.pact import create_pact
from tests.kit.process import Outcome
from tests.trust.scene import clock

PAGE: Final = 4096
_COMMAND: Final = get_command(app)
"""Put together once; typer's own runner does so each time, which takes longer than most commands do."""
_OWN: Final = {"LEDGER_BY": "tester", "COLUMNS": "80"}
LATER: Final = (
    *("make", "later", "--title", "Said later", "--nature", "standing", "--strength", "low", "--on", "2025-12-01"),
    *("--parties", "JPN", "--source-title", "A paper", "--source-url", "https://example.org/later"),
)
"""A fact that the record does not hold."""
QUESTIONS: Final = {
    "status": ("status", "--as-of", "2026-01-31", "--format", "json"),
    "then": ("status", "--known-at", "12", "--as-of", "2026-01-31", "--format", "json"),
    "log": ("log", "--words", "trees", "--format", "json"),
    "show": ("show", "trees", "--as-of", "2026-01-31"),
    "statements": ("statements", "--format", "json"),
}


def run(path: Path, *args: str) -> Outcome:
    """What the program does with the ledger at `path`. Whatever it raises but its own exit is a crash."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.delenv("LEDGER_DB", raising=False)
        for name, value in _OWN.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            _COMMAND.main(["--db", str(path), *args], prog_name="ledger")
    code = ended.value.code
    assert isinstance(code, int), code
    return Outcome(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def contents(lines: str) -> list[dict[str, Any]]:
    """What an id is over: the lines of an export, or of a log in JSON, without the envelope."""
    rows = json.loads(lines) if lines.startswith("[") else map(json.loads, filter(None, lines.split("\n")))
    return [{name: value for name, value in row.items() if not name.startswith("recorded_")} for row in rows]


@dataclass(frozen=True)
class Original:
    """The record as it was: its files, its lines, its checkpoint, and the answers that are right."""

    folder: Path
    lines: list[bytes]
    answers: dict[str, str]

    @property
    def path(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.txt"

    def damaged(self, folder: Path, damage: Callable[[bytes], bytes], *, views: bool = False) -> Path:
        """A copy in a folder, damaged; with the views that it had, or without any."""
        for left in folder.iterdir():
            left.unlink()
        path = folder / "ledger.db"
        path.write_bytes(damage(self.path.read_bytes()))
        if views:
            shutil.copy(self.folder / "ledger.db.views.db", folder)
        return path

    def is_told_or_right(self, path: Path) -> bool:
        """Asked anything, it answers as before or says in words that it can't; returns whether `verify` finds it.

        Last of all something is recorded: that is refused, or comes after what there was, and `verify` still
        finds what it found.
        """
        found = self._found(path)
        intact = run(path, "export", "--intact")
        assert intact.code in ((0, 1, 4) if found else (0,))
        whole = b"".join(line + b"\n" for line in self.lines).decode()
        if not whole.startswith(intact.out):
            assert self._checkpoint_finds(path)
            assert contents(intact.out) == contents(whole)[: intact.out.count("\n")]
        for name, question in QUESTIONS.items():
            answer = run(path, *question)
            assert self.is_right(name, answer, path) or is_in_words(answer, path), (name, answer)
        recorded = run(path, *LATER)
        assert recorded.code == 0 or is_in_words(recorded, path), recorded
        if found:
            assert self._found(path), "recording something hid what was found before"
        return found

    def is_right(self, name: str, answer: Outcome, path: Path) -> bool:
        """Whether that is what was answered before.

        An id is over the content. That the envelope changed, which `log` shows, the checkpoint alone finds.
        """
        if answer.code:
            return False
        if name != "log" or answer.out == self.answers[name]:
            return answer.out == self.answers[name]
        return self._checkpoint_finds(path) and contents(answer.out) == contents(self.answers[name])

    def _found(self, path: Path) -> bool:
        verified = run(path, "verify", "--checkpoint", str(self.checkpoint))
        assert verified.code in (0, 1, 4), verified
        if verified.code == 1:
            assert verified.err.endswith("the record is not intact\n"), verified
        elif verified.code == 4:
            assert is_in_words(verified, path), verified
        return verified.code != 0

    def _checkpoint_finds(self, path: Path) -> bool:
        return run(path, "verify", "--checkpoint", str(self.checkpoint), "--only", "checkpoints").code == 1


def is_in_words(outcome: Outcome, path: Path) -> bool:
    """Whether that is one sentence that names the file, and the exit code of a store that can't."""
    *_, said = outcome.err.splitlines() or [""]
    return outcome.code == 4 and said.startswith("error: ") and outcome.out == ""


def original(folder: Path, more: int) -> Original:
    """The record of `tests.kit.pact` with so many commitments more, and current views."""
    path = folder / "ledger.db"
    create_pact(path)
    with Ledger.open(path, clock=clock) as ledger:
        for number in range(more):
            ledger.record(
                made(f"more-{number}", note=f"Number {number}, " + "and what was said of it, " * 9), by="x"
            )
        ledger.rebuild()
        lines = list(ledger.export())
    (folder / "checkpoint.txt").write_text(run(path, "checkpoint").out)
    with closing(sqlite3.connect(path)) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    answers = {name: run(path, *question).ok() for name, question in QUESTIONS.items()}
    return Original(folder, lines, answers)
