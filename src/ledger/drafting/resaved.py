"""What a spreadsheet, and the person at it, make of cells: yes and no in several ways, and days in local form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.errors import BadInput

DAYS: Final = ("occurred_on", "due", "source_published_on")
"""The columns that hold days."""

_YES: Final = frozenset(["yes", "y", "x", "1", "true", "keep", "ok", "✓", "✔", "wahr", "vrai"])
_NO: Final = frozenset(["no", "n", "0", "false", "reject", "rejected", "-", "✗", "falsch", "faux"])
_PARTED: Final = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\.?(?: 0?0:00(?::00)?)?")


def kept(cell: str) -> bool | None:
    """Whether a reviewer keeps a row; None while it awaits a decision. Raises `BadInput` of any other word."""
    word = cell.strip().casefold()
    if word and word not in _YES | _NO:
        raise BadInput(f"keep: {cell.strip()!r} is neither yes nor no; write yes, no, or nothing while undecided")
    return word in _YES if word else None


def month_first(cells: Iterable[str]) -> bool | None:
    """Whether days like 4/13/2025 are written with the month first; None if none of the cells tells."""
    for cell in cells:
        found = _PARTED.fullmatch(cell.strip())
        if found and len(found[1]) <= 2 and "." not in cell:
            if int(found[1]) > 12:
                return False
            if int(found[2]) > 12:
                return True
    return None


def day(cell: str, first: bool | None) -> str:
    """A day as events have it, from what a spreadsheet made of it; what is no day is left for others to refuse.

    `first` is what `month_first` says of the file. Raises `BadInput` of a day that can be read two ways.
    """
    found = _PARTED.fullmatch(cell.strip())
    if not found:
        return cell
    one, two, three = map(int, found.groups())
    if len(found[1]) == 4:
        return _iso(one, two, three, cell)
    if "." in cell or one == two:
        return _iso(three, two, one, cell)
    if first is None:
        raise BadInput(
            f"{cell!r} is read in two ways, by month and by day; write the day like {_iso(three, one, two, cell)}"
        )
    return _iso(three, one, two, cell) if first else _iso(three, two, one, cell)


def _iso(year: int, month: int, number: int, cell: str) -> str:
    try:
        return date(year if year > 99 else 2000 + year, month, number).isoformat()
    except ValueError:
        return cell
