"""How all stands at a glance: a row for each commitment, a column for each country."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from ledger.projections.rows import StatusRow
from ledger.reports.columns import STATUS_COLOURS, field
from ledger.reports.fitting import cells
from ledger.reports.rows import GAP, Column, Format, Row, as_markdown, as_table
from ledger.reports.terminal import Layout

_NAME: Final = Column("Commitment", field("commitment"), name=True)


def render_matrix(rows: Sequence[StatusRow], form: Format, layout: Layout) -> str:
    """As a table or in markdown.

    A cell says the status, how often it was kept, and whether it is overdue; since when, too, if all of that
    fits. Countries that do not fit beside each other follow below.
    """
    countries = sorted({row.country for row in rows})
    dated = _pivoted(rows, dated=True)
    if form == "markdown":
        return as_markdown(dated, [_NAME, *map(_column, countries)])
    if _width(dated, countries) <= layout.width:
        return as_table(dated, [_NAME, *map(_column, countries)], layout)
    short = _pivoted(rows, dated=False)
    blocks = _blocks(short, countries, layout.width)
    return "\n".join(as_table(short, [_NAME, *map(_column, block)], layout) for block in blocks)


def _pivoted(rows: Sequence[StatusRow], *, dated: bool) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.commitment, {"commitment": row.commitment})[row.country] = _cell(row, dated=dated)
    return list(found.values())


def _cell(row: StatusRow, *, dated: bool) -> str:
    since: date | str = row.since if dated else ""
    kept = f"{row.kept}×" if row.kept else ""
    return " ".join(map(str, filter(None, (row.status, since, kept, "overdue" if row.overdue else ""))))


def _column(country: str) -> Column:
    return Column(country, _standing_of(country), name=True, style=_colour)


def _standing_of(country: str) -> Callable[[Row], str]:
    return lambda row: row.get(country, "–")


def _colour(cell: str) -> str:
    return "bold red" if cell.endswith("overdue") else STATUS_COLOURS.get(cell.split(" ", 1)[0], "")


def _width(rows: Sequence[Row], countries: Sequence[str]) -> int:
    return sum(GAP + max(map(cells, _shown(rows, column))) for column in (_NAME, *map(_column, countries))) - GAP


def _shown(rows: Sequence[Row], column: Column) -> list[str]:
    return [column.header, *map(column.cell, rows)]


def _blocks(rows: Sequence[Row], countries: Sequence[str], room: int) -> Iterator[list[str]]:
    block: list[str] = []
    for country in countries:
        if block and _width(rows, [*block, country]) > room:
            yield block
            block = []
        block.append(country)
    yield block
