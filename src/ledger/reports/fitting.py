"""Fitting text into the width of a terminal, counted in character cells: 日本 takes four."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_JOINTS: Final = r"/?&=.,;:_–—-"
_PART: Final = re.compile(rf"[^{_JOINTS}]*[{_JOINTS}]+|[^{_JOINTS}]+")
"""A part of a long word or address, with the signs that join it to the next."""


def cells(text: str) -> int:
    """How many character cells the widest line of a text takes."""
    from rich.cells import cell_len  # noqa: PLC0415 - the formats for machines do without

    return max(map(cell_len, text.splitlines()), default=0)


def longest_word(text: str) -> int:
    """How many character cells its longest word takes."""
    return max(map(cells, text.split()), default=0)


def fitted(natural: Sequence[int], floors: Sequence[Sequence[int]], room: int) -> list[int]:
    """Widths of columns that take no more than `room` together, all in cells.

    A column gets its `natural` width if all can. Else the widest gives way first, down to the floors in turn;
    what no floor allows is taken all the same, so that nothing ever falls off the edge.
    """
    widths = [min(width, room) for width in natural]
    for floor in (*floors, [1] * len(widths)):
        while sum(widths) > room:
            above = [n for n, width in enumerate(widths) if width > floor[n]]
            if not above:
                break
            widths[max(above, key=widths.__getitem__)] -= 1
    return widths


def broken(text: str, width: int) -> str:
    """The text with each word that is longer than a line broken where its parts are joined, as in an address."""
    return re.sub(r"\S+", lambda word: _broken(word[0], width), text)


def _broken(word: str, width: int) -> str:
    if cells(word) <= width:
        return word
    lines = [""]
    for part in _PART.findall(word):
        if lines[-1] and cells(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
