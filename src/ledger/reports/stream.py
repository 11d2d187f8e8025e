"""Rows that come one after the other, in forms that can go on."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ledger.reports.rows import Column, Format, Row, as_csv, as_markdown
from ledger.reports.text import plain


def streamed(
    rows: Sequence[Row], columns: Sequence[Column], names: Sequence[str], form: Format, *, begins: bool
) -> str:
    """The rows of a stream, a line each; where it `begins`, under the header that its form has.

    JSON is an object a line and no array, which would have no end; a table is cells with a space between, since
    nobody knows how wide those to come will be.
    """
    match form:
        case "json":
            return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        case "csv":
            return _without(as_csv(rows, names), 0 if begins else 1)
        case "markdown":
            return _without(as_markdown(rows, columns), 0 if begins else 2)
        case "table":
            return "".join(f"{_line(row, columns)}\n" for row in rows)


def _without(text: str, lines: int) -> str:
    for _ in range(lines):
        text = text.partition("\n")[2]
    return text


def _line(row: Row, columns: Sequence[Column]) -> str:
    cells = (" ".join(plain(column.cell(row)).split()) for column in columns)
    return "  ".join(cell for cell in cells if cell)
