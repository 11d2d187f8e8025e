"""Writes what the commands of the documents really show into them: `python -m tests.docs.refresh`.

What a document shows with `…` and still holds is left as it is.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from sybil.example import SybilFailure

from tests.docs.examples import DOCUMENTS, PROMPT, ROOT, Examples, Step, Terminal, matches


def refresh(path: Path, folder: Path) -> None:
    """Run a document's examples in a folder, and write their output into it."""
    terminal = Terminal(folder)
    text = path.read_text(encoding="utf-8")
    renewed: list[tuple[int, int, str]] = []
    for example in Examples(terminal).document(path).examples():
        if isinstance(example.parsed, tuple):
            source = example.region.lexemes["source"]
            begin = example.region.start + source.offset
            block = "".join(_shown(step, terminal) for step in example.parsed)
            renewed.append((begin, begin + len(source), block))
        else:
            try:
                example.evaluate()
            except SybilFailure as failure:
                sys.stderr.write(f"to be mended by hand: {failure}\n")
    for begin, end, block in reversed(renewed):
        text = text[:begin] + block + text[end:]
    path.write_text(text, encoding="utf-8")


def _shown(step: Step, terminal: Terminal) -> str:
    _, real = terminal.run(step.command)
    shown = step.shown if matches(step.shown, real) else real
    return "".join(f"{line}\n" for line in (f"{PROMPT}{step.command}", *shown))


if __name__ == "__main__":
    for name in DOCUMENTS:
        with tempfile.TemporaryDirectory() as scratch:
            os.chdir(scratch)
            refresh(ROOT / name, Path(scratch))
            os.chdir(ROOT)
