"""The installed program, run as a person runs it: a real process, with stdout, stderr and exit code apart."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def ok(self) -> str:
        """What was printed, of a command that must succeed."""
        assert self.code == 0, self.err
        return self.out


@dataclass(frozen=True)
class Program:
    """The command `ledger` in a folder of its own, where `ledger.db` is the default ledger."""

    folder: Path

    def __call__(self, *args: str, stdin: str | bytes = b"", **env: str) -> Outcome:
        process = subprocess.run(
            [sys.executable, "-m", "ledger", *args],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=self.folder,
            env=surroundings(self.folder) | env,
            timeout=120,
            check=False,
        )
        outcome = Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())
        assert "Traceback" not in outcome.err, outcome.err
        return outcome


def surroundings(folder: Path) -> dict[str, str]:
    """The environment that it runs in: this process's, with nothing in it that would change what it does."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LEDGER_", "XDG_"))}
    return clean | {"LEDGER_BY": "tester", "COLUMNS": "80", "XDG_CACHE_HOME": str(folder / "cache")}
