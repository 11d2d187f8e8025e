"""Writes the golden files of a version: `python -m tests.golden.record`, once, when the version is released.

What a released version wrote is never written again, so a file that is there is left alone.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from ledger import Ledger
from tests.kit.facts import reaffirmed
from tests.kit.pact import QUOTES, RECORDER, create_pact
from tests.kit.process import Program

HERE: Final = Path(__file__).parent
AS_OF: Final = "2026-01-31"


def status(program: Program) -> str:
    """The answer that is kept beside the lines: every row, on a fixed day."""
    return program("status", "--as-of", AS_OF, "--format", "json").ok()


def create(path: Path) -> None:
    """The small history of `tests.kit.pact`, and the fields of a reaffirmation that it leaves out."""
    create_pact(path)
    repeated = {"due": "2025-12-01", "due_basis": "stated", "strength": "high"}
    said = {"statement": "pact", "paragraph": 3, "quote": QUOTES[1], "note": "The bank was on the agenda."}
    with Ledger.open(path, clock=lambda: datetime(2026, 1, 26, 9, tzinfo=UTC)) as ledger:
        ledger.record(reaffirmed("seed-bank", "2025-03-03", **said, **repeated), by=RECORDER)


def names(version: str) -> tuple[str, str, str]:
    """The golden files of a version: its lines, its status, and the file of its ledger."""
    return f"lines-{version}.jsonl", f"status-{version}.json", f"ledger-{version}.db"


def main() -> None:
    """Record that history with this version; keep its lines, its status and its file, those that are not there."""
    lines, answer, file = (HERE / name for name in names(metadata.version("commitment-ledger")))
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Path(folder))
        if not lines.exists():
            create(Path(folder) / "first.db")
            lines.write_bytes(program("--db", "first.db", "export").ok().encode())
        program("restore", str(lines)).ok()
        if not answer.exists():
            answer.write_bytes(status(program).encode())
        if not file.exists():
            shutil.copy(Path(folder) / "ledger.db", file)


if __name__ == "__main__":
    main()
