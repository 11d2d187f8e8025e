"""Lines for a terminal: wrapped at words, in character cells, and coloured where it shows colours.

The rich library does this and far more; loading it takes longer than answering most questions (docs/adr/0012).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ledger.reports.fitting import broken, cells

_CODES: Final = {"bold": 1, "dim": 2, "italic": 3, "red": 31, "green": 32, "blue": 34, "cyan": 36}
"""Ways to show a text, by the numbers that terminals know them by (ECMA-48, SGR)."""

_WORD: Final = re.compile(r"\s*\S+\s*")


class Layout(NamedTuple):
    """What a terminal takes: the width of a line in character cells, and whether it shows colours."""

    width: int
    colour: bool

    def styled(self, text: str, style: str) -> str:
        """The text in a style, as `bold red`; as it is where there are no colours, or nothing to colour."""
        if not self.colour or not style or not text:
            return text
        return f"\x1b[{';'.join(str(_CODES[name]) for name in style.split())}m{text}\x1b[0m"


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, each at most `width` cells wide; a word that is longer is broken as `broken` does."""
    return [
        line for part in broken(text, width).splitlines() or [""] for line in _wrapped(part.expandtabs(), width)
    ]


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in _WORD.findall(text):
        if cells(line) + cells(word.rstrip()) <= width:
            line += word
            continue
        if line:
            yield line.rstrip()
        *full, line = _folded(word, width)
        yield from full
    yield line.rstrip()


def _folded(word: str, width: int) -> list[str]:
    """A word in pieces that fit; what separates it from the next goes with the last."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and cells(pieces[-1]) + cells(sign) > width and not sign.isspace():
            pieces.append("")
        pieces[-1] += sign
    return pieces


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text with spaces to `width` cells, on its left if it is to stand on the right."""
    space = " " * (width - cells(text))
    return space + text if right else text + space
