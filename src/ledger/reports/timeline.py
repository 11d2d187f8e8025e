"""A commitment's life, drawn for a terminal: a line for countries that went the same way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from ledger.projections.spells import Spell
from ledger.reports.columns import STATUS_COLOURS
from ledger.reports.terminal import Layout

_INDENT: Final = 2
_LINES: Final = {"made": "─", "reaffirmed": "─", "fulfilled": "━", "lapsed": "┄"}
"""How the time is drawn in which a status lasted; the event it came with is its first letter."""


def timeline(lives: Sequence[Spell], until: date, layout: Layout) -> Iterator[str]:
    """The lines, which fit the layout: the axis; then, for those with the same life, in words and drawn.

    `lives` are the spells of a dossier, country by country; `until` is D, where the axis ends.
    """
    start = min(spell.from_day for spell in lives)
    room = layout.width - _INDENT
    yield layout.styled(f"{'':{_INDENT}}{start}{until!s:>{room - 10}}", "dim")
    for countries, life in _alike(lives):
        yield from _told(f"{' '.join(countries)}  ", life, layout)
        yield _drawn(life, start, until, layout)


def _alike(lives: Sequence[Spell]) -> list[tuple[list[str], list[Spell]]]:
    found: list[tuple[list[str], list[Spell]]] = []
    for country, spells in groupby(lives, key=lambda spell: spell.country):
        life = list(spells)
        twin = next((one for one in found if _life(one[1]) == _life(life)), None)
        if twin is None:
            found.append(([country], life))
        else:
            twin[0].append(country)
    return found


def _life(spells: Sequence[Spell]) -> list[object]:
    return [(spell.from_day, spell.standing.status, spell.standing.since) for spell in spells]


def _told(head: str, life: Sequence[Spell], layout: Layout) -> Iterator[str]:
    """Each status with the day it was entered; what was only said or kept again is told by the history."""
    line = f"{'':{_INDENT}}{head}"
    taken = len(line)
    for n, (status, spells) in enumerate(groupby(life, key=lambda spell: spell.standing.status or "")):
        step = f"{'→ ' if n else ''}{status} {next(spells).from_day} "
        if n and taken + len(step) > layout.width + 1:
            yield line
            line = f"{'':{_INDENT + 4}}"
            taken = len(line)
        line += layout.styled(step, STATUS_COLOURS.get(status, ""))
        taken += len(step)
    yield line


def _drawn(life: Sequence[Spell], start: date, until: date, layout: Layout) -> str:
    room = layout.width - _INDENT
    drawn = " " * (_INDENT + _slot(life[0].from_day, start, until, room))
    for spell in life:
        status = spell.standing.status or ""
        begin = _slot(spell.from_day, start, until, room)
        end = _slot(spell.until_day, start, until, room) if spell.until_day else room
        entered = spell.standing.since == spell.from_day
        sign = status[:1].upper() if entered else _LINES[status]
        drawn += layout.styled((sign + _LINES[status] * room)[: end - begin], STATUS_COLOURS[status])
    return drawn


def _slot(day: date, start: date, until: date, room: int) -> int:
    return min(room, (day - start).days * (room - 1) // max(1, (until - start).days))
