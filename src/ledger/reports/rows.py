"""Rows as a table, as JSON, as CSV or as markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from ledger.cells import guarded
from ledger.events.times import format_time
from ledger.reports.fitting import cells, fitted, longest_word
from ledger.reports.terminal import Layout, padded, wrapped
from ledger.reports.text import markdown, plain

Format = Literal["table", "json", "csv", "markdown"]
FOR_PEOPLE: Final = ("table", "markdown")
"""The formats that people read, in which rows may be gathered; the others have every row and field."""

Row = Mapping[str, Any]

_NAME_WIDTH: Final = 24
"""Character cells that a name may claim for itself; longer ones are folded."""

_WORD_WIDTH: Final = 12
"""Character cells that a word of other columns may claim before names give way."""

GAP: Final = 2
"""Character cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, what stands in it for a row, and how it takes part in the layout.

    `merge` leaves a cell empty that repeats the one above; `name` keeps what stands in it in one piece, as far
    as the width allows; `style` gives a colour for a cell's text.
    """

    header: str
    cell: Callable[[Row], str]
    merge: bool = False
    name: bool = False
    right: bool = False
    style: Callable[[str], str] | None = None


def as_row(value: object) -> dict[str, Any]:
    """A row's fields as JSON values: days and times as text, missing values as null."""
    assert is_dataclass(value)
    return {field.name: _json_value(getattr(value, field.name)) for field in fields(value)}


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return format_time(value)
    return value.isoformat() if isinstance(value, date) else value


def as_json(rows: Sequence[Row]) -> str:
    """An array of objects, one a line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n" if rows else "[]\n"


def as_csv(rows: Sequence[Row], names: Sequence[str]) -> str:
    """All fields, one row a line, guarded against being taken for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        flat = _flat(row)
        writer.writerow([guarded(cell) if isinstance(cell := flat.get(name), str) else cell for name in names])
    return out.getvalue()


def _flat(row: Row) -> dict[str, object]:
    """As `import` reads it: lists separated by spaces, and a source in columns of its own."""
    flat: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, bool):
            flat[name] = str(value).lower()
        elif isinstance(value, list | tuple):
            flat[name] = " ".join(map(str, value))
        elif isinstance(value, dict):
            flat |= {f"{name}_{inner}": _within(part) for inner, part in value.items()}
        else:
            flat[name] = value
    return flat


def _within(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def as_markdown(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """A pipe table."""
    head = "| " + " | ".join(column.header for column in columns) + " |"
    rule = "|" + "|".join("---:" if column.right else "---" for column in columns) + "|"
    body = ("| " + " | ".join(markdown(cell) for cell in cells) + " |" for cells in _cells(rows, columns))
    return "\n".join([head, rule, *body]) + "\n"


def as_table(rows: Sequence[Row], columns: Sequence[Column], layout: Layout) -> str:
    """A table that fits the layout; long text is wrapped at words."""
    lines = _cells(rows, columns)
    widths = _widths(lines, columns, layout.width)
    out = [*_table_row([column.header for column in columns], columns, widths, layout, head=True)]
    out.append("─" * (sum(widths) + GAP * (len(widths) - 1)))
    above: list[str] = [""] * len(columns)
    for line in lines:
        shown = [
            "" if column.merge and line[: n + 1] == above[: n + 1] else cell
            for n, (column, cell) in enumerate(zip(columns, line, strict=True))
        ]
        out += _table_row(shown, columns, widths, layout)
        above = line
    return "\n".join(out) + "\n"


def _table_row(
    shown: Sequence[str], columns: Sequence[Column], widths: Sequence[int], layout: Layout, *, head: bool = False
) -> Iterator[str]:
    """The lines that a row takes: as many as its highest cell."""
    blocks = []
    for cell, column, width in zip(shown, columns, widths, strict=True):
        style = "bold" if head else column.style(cell) if column.style else ""
        lines = wrapped(cell, width)
        blocks.append([layout.styled(padded(line, width, right=column.right), style) for line in lines])
    empty = [" " * width for width in widths]
    for n in range(max(map(len, blocks))):
        line = [block[n] if n < len(block) else space for block, space in zip(blocks, empty, strict=True)]
        yield (" " * GAP).join(line).rstrip()


def _widths(lines: Sequence[Sequence[str]], columns: Sequence[Column], width: int) -> list[int]:
    """How wide each column may be, so that names and words stay whole as far as the layout allows."""
    stood = [[column.header, *(line[n] for line in lines)] for n, column in enumerate(columns)]
    natural = [max(map(cells, texts)) for texts in stood]
    words = [min(max(map(longest_word, texts)), _WORD_WIDTH) for texts in stood]
    names = [min(width, _NAME_WIDTH) for width in natural]
    floor = [names[n] if column.name else words[n] for n, column in enumerate(columns)]
    return fitted(natural, (floor, list(map(min, floor, words))), width - GAP * (len(columns) - 1))


def _cells(rows: Sequence[Row], columns: Sequence[Column]) -> list[list[str]]:
    return [[plain(column.cell(row)) for column in columns] for row in rows]


def render(
    rows: Sequence[Row], columns: Sequence[Column], names: Sequence[str], form: Format, layout: Layout
) -> str:
    """The rows in a format: table and markdown by `columns`, JSON as they are, CSV by the fields `names`."""
    match form:
        case "table":
            return as_table(rows, columns, layout)
        case "json":
            return as_json(rows)
        case "csv":
            return as_csv(rows, names)
        case "markdown":
            return as_markdown(rows, columns)
