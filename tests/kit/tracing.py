"""The installed program under strace: which system calls it makes on some files, and what it does if one fails."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.kit.process import Outcome

CALLS: Final = (
    *("write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "ftruncate"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "openat"),
)
"""What changes a file, has it on disk, or opens it."""

PID: Final = "$$"
"""In a path that is watched: the number of the process."""

_LINE: Final = re.compile(r"^\d+ +(?P<name>\w+)\((?P<rest>.*)$")
_KILLED: Final = -9
_PROGRAM: Final = str(Path(sys.executable).with_name("ledger"))
"""As it is installed; `python -m ledger` looks into the folder that it is run in."""


@dataclass(frozen=True)
class Call:
    """The `number`th call of this name (from 1) that a run made on what is watched; `said` by strace."""

    name: str
    number: int
    said: str


@dataclass(frozen=True)
class Fault:
    """What is done to one call: it returns an error (EIO, ENOSPC), or the process is killed at it (KILL)."""

    call: Call
    how: str

    def __str__(self) -> str:
        return f"{self.how} at {self.call.name} number {self.call.number}: {self.call.said}"


@cache
def why_not() -> str | None:
    """Why nothing can be traced here, or None if it can."""
    if (strace := shutil.which("strace")) is None:
        return "there is no strace"
    tried = subprocess.run([strace, "-f", "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"strace may not trace: {tried.stderr.strip()[-200:]}"


def calls_of(folder: Path, args: Sequence[str], watched: Sequence[str]) -> tuple[list[Call], str]:
    """The calls on files of a folder that a command makes, in order, and what it prints; it must succeed."""
    trace = folder.parent / f"{folder.name}.trace"
    printed = _run(folder, args, watched, [f"--output={trace}"]).ok()
    counted: Counter[str] = Counter()
    found = []
    for line in trace.read_text().splitlines():
        if match := _LINE.match(line):
            counted[match["name"]] += 1
            found.append(Call(match["name"], counted[match["name"]], match["rest"][:160]))
    return found, printed


def run_with(folder: Path, args: Sequence[str], watched: Sequence[str], fault: Fault) -> Outcome:
    """What a command does if this happens to it."""
    how = "signal=KILL" if fault.how == "KILL" else f"error={fault.how}"
    trace = folder.parent / f"{folder.name}.trace"
    inject = f"--inject={fault.call.name}:{how}:when={fault.call.number}"
    outcome = _run(folder, args, watched, [f"--output={trace}", inject])
    met = outcome.code == _KILLED if fault.how == "KILL" else "(INJECTED)" in trace.read_text()
    assert met, f"nothing was injected: {trace.read_text()[-2000:]}"
    trace.unlink()
    return outcome


def _run(folder: Path, args: Sequence[str], watched: Sequence[str], options: Sequence[str]) -> Outcome:
    """The program, traced by a grandchild, so that its number is that of the shell that it comes from."""
    # A shell, since only what becomes the program knows its number before it begins.
    paths = [f'--trace-path="{folder}/{name}"' for name in watched]
    strace = ["strace", "-f", "-y", "-D", f"--trace={','.join(CALLS)}", *options]
    command = " ".join(["exec", shlex.join(strace), *paths, shlex.join([_PROGRAM, *args])])
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LEDGER_", "XDG_"))}
    process = subprocess.run(
        ["/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=folder,
        env=clean | {"LEDGER_BY": "tester", "COLUMNS": "80", "XDG_CACHE_HOME": str(folder / "cache")},
        timeout=120,
        check=False,
    )
    said = [line for line in process.stderr.splitlines(keepends=True) if not line.startswith("strace: ")]
    return Outcome(process.returncode, process.stdout, "".join(said))
