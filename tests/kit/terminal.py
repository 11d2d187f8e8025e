"""The program on a terminal of 80 by 24, as a person sees it: each stream on a pseudo-terminal or on a pipe."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from tests.kit.process import Outcome, Program

ESCAPE = "\x1b"
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_OF_THE_RUNNER = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def on_terminal(program: Program, *args: str, out: bool = True, err: bool = True, **env: str) -> Outcome:
    """What it prints with stdin on a terminal, and stdout (`out`) and stderr (`err`) on one or on a pipe."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LEDGER_", "XDG_")) and key not in _OF_THE_RUNNER
    }
    keyboard, stdin = _terminal()
    readers, writers = zip(*(_terminal() if wanted else os.pipe() for wanted in (out, err)), strict=True)
    own = {"LEDGER_BY": "tester", "TERM": "xterm-256color", "XDG_CACHE_HOME": str(program.folder / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ledger", *args],
        stdin=stdin,
        stdout=writers[0],
        stderr=writers[1],
        cwd=program.folder,
        env=clean | own | env,
    )
    for descriptor in (stdin, *writers):
        os.close(descriptor)
    with ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(_read, readers))
    code = process.wait(120)
    for descriptor in (keyboard, *readers):
        os.close(descriptor)
    assert "Traceback" not in texts[1], texts[1]
    return Outcome(code, *texts)


def unstyled(text: str) -> str:
    """The text without colours and cursor movements."""
    return _SEQUENCE.sub("", text)


def cells(line: str) -> int:
    """How many character cells a line takes on a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in unstyled(line)
    )


def _terminal() -> tuple[int, int]:
    """(its far end, the end that a program writes to)"""
    far, near = pty.openpty()
    termios.tcsetwinsize(near, (24, 80))
    return far, near


def _read(descriptor: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how a terminal says that the program has gone
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode().replace("\r\n", "\n")
