"""System calls of the program: those that it makes on the files of a folder, and what it does when one fails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.kit.process import Outcome, Program, surroundings

_NAMES: Final = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "openat")
_CALL: Final = re.compile(r"^\d+ +(\w+)\((.*)$")


@dataclass(frozen=True)
class Call:
    """The `number`th call of a name, from 1, among all that the process makes."""

    name: str
    number: int
    told: str


def why_not() -> str | None:
    """Why nothing can be traced here, or None."""
    if shutil.which("strace") is None:
        return "strace is not installed; the kill loop of test_killing.py stands in"
    tried = subprocess.run(
        ["strace", "-q", "-e", "inject=fsync:error=EIO", "true"], capture_output=True, check=False
    )
    return (
        None if tried.returncode == 0 else "strace may not trace here; the kill loop of test_killing.py stands in"
    )


def calls(program: Program, *args: str) -> list[Call]:
    """The calls that the command makes on files in its folder, in order."""
    outcome, trace = _traced(program, args)
    outcome.ok()
    counts: Counter[str] = Counter()
    found = []
    for name, told in (match.groups() for match in map(_CALL.match, trace) if match):
        counts[name] += 1
        if _is_in(program.folder, told):
            found.append(Call(name, counts[name], told[:120]))
    return found


def with_fault(program: Program, args: tuple[str, ...], call: Call, fault: str) -> Outcome:
    """Run the command; at that call, which is on a file of its folder, this happens (written as strace has it)."""
    outcome, trace = _traced(program, args, "-e", f"inject={call.name}:{fault}:when={call.number}")
    if "signal" in fault:
        assert outcome.code in (-9, 137), (call, outcome)
    else:
        (hit,) = (line for line in trace if "(INJECTED)" in line)
        assert _is_in(program.folder, hit), "the calls are not the same from run to run"
    return outcome


def _is_in(folder: Path, told: str) -> bool:
    # A file that is open, or is named in full; or one that is named from the folder that the program runs in.
    return f"{folder}/" in told or re.search(rf'{re.escape(str(folder))}>, "[^/]', told) is not None


def _traced(program: Program, args: tuple[str, ...], *options: str) -> tuple[Outcome, list[str]]:
    trace = program.folder.with_name(f"{program.folder.name}.trace")
    command = ["strace", "-f", "-q", "-y", "-s", "0", "-o", str(trace)]
    process = subprocess.run(
        [*command, "-e", f"trace={','.join(_NAMES)}", *options, sys.executable, "-B", "-m", "ledger", *args],
        capture_output=True,
        cwd=program.folder,
        env=surroundings(program.folder) | {"PYTHONHASHSEED": "0"},
        timeout=120,
        check=False,
    )
    outcome = Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())
    return outcome, trace.read_text(errors="replace").splitlines()
