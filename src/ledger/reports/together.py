"""Rows for people: what is the same for several countries is said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ledger.reports.rows import Row


def together(rows: Sequence[Row], of: str) -> list[Row]:
    """Neighbours that agree in the field `of`, with countries of which all the same is said as one `country`.

    Countries stand in the order in which they first come, and so do the rows.
    """
    return [row for _, block in groupby(rows, lambda row: row[of]) for row in _gathered(list(block))]


def by_event(rows: Sequence[Row]) -> list[Row]:
    """The rows of a replay, one for each event; `effects` has what it changed."""
    return [
        {**effects[0], "effects": effects}
        for _, block in groupby(together(rows, "position"), lambda row: row["position"])
        for effects in (list(block),)
    ]


def _gathered(block: list[Row]) -> Iterator[Row]:
    by_country: dict[str | None, list[dict[str, Any]]] = {}
    for row in block:
        by_country.setdefault(row["country"], []).append({**row, "country": None})
    alike: list[tuple[list[dict[str, Any]], list[str]]] = []
    for country, told in by_country.items():
        found = next((countries for other, countries in alike if other == told), None)
        if found is None:
            alike.append((told, found := []))
        found.append(country or "")
    for told, countries in alike:
        yield from ({**row, "country": " ".join(countries) or None} for row in told)
