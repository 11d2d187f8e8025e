"""System calls of the program: those that it makes on the files of a folder, and what it does when one fails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tests.kit.process import Outcome, Program, surroundings

_NAMES: Final = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "openat")
_CALL: Final = re.compile(r"^\d+ +(\w+)\((.*)$")


@dataclass(frozen=True)
class Call:
    """The `number`th call of a name, from 1, among those that are traced."""

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


@dataclass(frozen=True)
class Tracer:
    """Traces a command in a program's folder: its calls on some files of that folder, or on any (not opening them,
    of which there is no telling how often Python does it).
    """

    args: tuple[str, ...]
    files: tuple[str, ...] = ()

    def calls(self, program: Program) -> list[Call]:
        """The calls that the command makes on files in the folder, in order."""
        outcome, trace = self._traced(program)
        outcome.ok()
        counts: Counter[str] = Counter()
        found = []
        for name, told in (match.groups() for match in map(_CALL.match, trace) if match):
            counts[name] += 1
            if _is_in(program, name, told):
                found.append(Call(name, counts[name], told[:200]))
        return found

    def with_fault(self, program: Program, call: Call, fault: str) -> Outcome:
        """Run the command; at that call this happens, written as strace has it."""
        outcome, trace = self._traced(program, "-e", f"inject={call.name}:{fault}:when={call.number}")
        if "signal" in fault:
            assert outcome.code in (-9, 137), (call, outcome)
        else:
            (hit,) = (line for line in trace if "(INJECTED)" in line)
            assert _is_in(program, call.name, hit), "the calls are not the same from run to run"
        return outcome

    def _traced(self, program: Program, *options: str) -> tuple[Outcome, list[str]]:
        trace = program.folder.with_name(f"{program.folder.name}.trace")
        names = [name for name in _NAMES if name != "openat" or self.files]
        only = [part for file in self.files for part in ("-P", str(program.folder / file))]
        command = [
            "strace",
            "-f",
            "-q",
            "-y",
            "-s",
            "0",
            "-o",
            str(trace),
            *only,
            "-e",
            f"trace={','.join(names)}",
        ]
        process = subprocess.run(
            [*command, *options, sys.executable, "-B", "-m", "ledger", *self.args],
            capture_output=True,
            cwd=program.folder,
            env=surroundings(program.folder) | {"PYTHONHASHSEED": "0"},
            timeout=120,
            check=False,
        )
        outcome = Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())
        return outcome, trace.read_text(errors="replace").splitlines()


def _is_in(program: Program, name: str, told: str) -> bool:
    # What renames and removes is told no folder: the program runs in its own.
    return str(program.folder) in told or name in {"rename", "unlink"}
