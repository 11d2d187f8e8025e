"""Writes the golden files of a version: `python -m tests.golden.record`, once, when the version is released.

What a released version wrote is never written again, so a file that is there is left alone.
"""

from __future__ import annotations

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


def main() -> None:
    """Record that history with this version, and keep its lines and its status."""
    version = metadata.version("commitment-ledger")
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Path(folder))
        create(Path(folder) / "ledger.db")
        for name, content in {
            f"lines-{version}.jsonl": program("export").ok(),
            f"status-{version}.json": status(program),
        }.items():
            with (HERE / name).open("x", encoding="utf-8", newline="") as file:
                file.write(content)


if __name__ == "__main__":
    main()
