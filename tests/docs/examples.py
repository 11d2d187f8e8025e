"""The examples of a document, as Sybil finds them, run in one session in a scratch folder.

Four kinds of fenced block are examples:

- `console`: each line that begins with `$ ` is a command (a trailing backslash continues it on the next line), and
  the lines below it are what a terminal shows, stdout and stderr in the order in which they come. `…` in a line
  stands for any text, and a line of `…` alone for any lines. A command succeeds, unless what it shows begins with
  `error:`.
- `text file=NAME`: a file that the reader is asked to save under this name.
- `python`: code. Where it begins with `>>>` it is a doctest, else it is run.
- `json`: is only parsed.

Everything else, such as `sh`, is shown and not run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "docs/tutorial.md", "docs/recovery.md")
PROMPT = "$ "


@dataclass(frozen=True, slots=True)
class Step:
    """A command as it is typed, and the lines that the document shows below it."""

    command: str
    shown: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether the document shows that the command fails."""
        return any(line.startswith("error:") for line in self.shown)


class ConsoleMismatch(AssertionError):
    """A command shows something else than the document says."""


def steps(block: str) -> Iterator[Step]:
    """The commands of a console block, in order."""
    command: list[str] = []
    shown: list[str] = []
    for line in block.splitlines():
        if command and not shown and command[-1].endswith("\\"):
            command.append(line)
        elif line.startswith(PROMPT):
            if command:
                yield Step("\n".join(command), tuple(shown))
            command, shown = [line.removeprefix(PROMPT)], []
        else:
            assert command, f"a console block begins with a command, and not with {line!r}"
            shown.append(line)
    if command:
        yield Step("\n".join(command), tuple(shown))


def matches(shown: tuple[str, ...], real: tuple[str, ...]) -> bool:
    """Whether the real lines are what the document shows; `…` stands for any text, or any lines."""
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in real)) is not None


class Terminal:
    """A shell in a folder, where `ledger` is the installed program and the width is 80 cells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGER_", "XDG_"))}
        self._env = kept | {
            "COLUMNS": "80",
            "LEDGER_BY": "analyst",
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "XDG_CACHE_HOME": str(folder / ".cache"),
        }

    def run(self, command: str) -> tuple[int, tuple[str, ...]]:
        """The exit code of a command, and the lines that it shows."""
        process = subprocess.run(
            ["bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self._env,
            timeout=120,
            check=False,
        )
        return process.returncode, tuple(process.stdout.decode().splitlines())

    def check(self, step: Step) -> None:
        """Run a step. Raises `ConsoleMismatch` if it shows something else, or ends otherwise, than it should."""
        code, real = self.run(step.command)
        if not matches(step.shown, real):
            shown, found = "\n".join(step.shown), "\n".join(real)
            raise ConsoleMismatch(f"$ {step.command}\n--- the document shows\n{shown}\n--- it says\n{found}")
        if bool(code) != step.refused:
            raise ConsoleMismatch(f"$ {step.command}\nended with exit code {code}")


def _fenced(info: str) -> RawFencedCodeBlockLexer:
    return RawFencedCodeBlockLexer(re.compile(rf"{info}$\n", re.MULTILINE))


class Examples:
    """The parsers of the blocks that are run in a terminal's folder. Python blocks run in the current folder."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def document(self, path: Path) -> Document:
        """A document with its examples."""
        return Sybil([self.consoles, self.files, self.jsons, PythonCodeBlockParser()]).parse(path)

    def consoles(self, document: Document) -> Iterator[Region]:
        for region in _fenced("console")(document):
            region.parsed, region.evaluator = tuple(steps(region.lexemes["source"])), self._console
            yield region

    def files(self, document: Document) -> Iterator[Region]:
        for region in _fenced(r"\w+ file=(?P<file>[\w.-]+)")(document):
            region.parsed, region.evaluator = region.lexemes["source"], self._file
            yield region

    def jsons(self, document: Document) -> Iterator[Region]:
        for region in _fenced("json")(document):
            region.parsed, region.evaluator = region.lexemes["source"], self._json
            yield region

    def _console(self, example: Example) -> None:
        for step in example.parsed:
            self.terminal.check(step)

    def _file(self, example: Example) -> None:
        (self.terminal.folder / example.region.lexemes["file"]).write_text(example.parsed, encoding="utf-8")

    def _json(self, example: Example) -> None:
        json.loads(example.parsed)
