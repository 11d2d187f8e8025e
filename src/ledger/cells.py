"""Text in the cells of a spreadsheet, which would take some of it for formulas."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from typing import Any, Final

from ledger.events.bounds import LONGEST

csv.field_size_limit(LONGEST)  # the library's own is less than a statement's text may have

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
"""How text begins that a spreadsheet program would reckon with, however often it is marked already."""


def guarded(text: str) -> str:
    """The text as a cell holds it: what looks like a formula is marked as text by an apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that a cell holds: `unguarded(guarded(text)) == text` for every text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def cells_of(row: Mapping[Any, Any]) -> dict[str, str]:
    """The texts of a row that `csv.DictReader` read, by column, without white space around either."""
    return {str(name).strip(): unguarded((cell or "").strip()) for name, cell in row.items()}
