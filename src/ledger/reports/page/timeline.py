"""What the pictures show, as plain rows: bars of status, points of events, areas of counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from ledger.events.kinds import Assessed, Fulfilled, Lapsed, Made, Reaffirmed
from ledger.events.vocabulary import STATUSES
from ledger.projections.dossier import Dossier
from ledger.projections.spells import Spell

_MOST_TICKS: Final = 5
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
"""The steps between two ticks, in months."""


@dataclass(frozen=True, slots=True)
class Era:
    """The days that all pictures of a page show, so that they can be held one above the other."""

    start: date
    end: date

    def ticks(self) -> tuple[list[str], str]:
        """The days that the axis names, at most five, and the form in which it does."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.start, self.end))
        days: list[date] = []
        for step in _MONTHS:
            months = range(-(-first // step) * step, last + 1, step)
            days = [day for n in months if self.start <= (day := date(n // 12, n % 12 + 1, 1)) <= self.end]
            if len(days) <= _MOST_TICKS:
                break
        if len(days) < 2:
            return [self.start.isoformat(), self.end.isoformat()], "%-d %b %Y"
        return [day.isoformat() for day in days], "%b %Y"


def era_of(dossiers: Iterable[Dossier], as_of: date) -> Era:
    """From the first day on which anything stood to the end of D."""
    first = min((spell.from_day for dossier in dossiers for spell in dossier.lives), default=as_of)
    return Era(first, as_of + timedelta(days=1))


def lived(dossier: Dossier, countries: Sequence[str], era: Era) -> list[dict[str, str]]:
    """The bars: a country's spells of one status in one piece, up to the end of the era."""
    bars = []
    ours = (spell for spell in dossier.lives if spell.country in countries)
    for (country, status), group in groupby(ours, key=lambda spell: (spell.country, spell.standing.status)):
        spells = list(group)
        until = min(spells[-1].until_day or era.end, era.end)
        bars.append(
            {
                "country": country,
                "status": str(status),
                "from": spells[0].from_day.isoformat(),
                "until": until.isoformat(),
            }
        )
    return bars


def happened(dossier: Dossier, countries: Sequence[str]) -> Iterator[dict[str, str]]:
    """The points: each event that counts, for each country that it names."""
    for entry in dossier.dated(Made, Reaffirmed, Fulfilled, Lapsed, Assessed):
        fact = entry.fact
        assert isinstance(fact, Made | Reaffirmed | Fulfilled | Lapsed | Assessed)
        event = event_name(fact.kind, getattr(fact, "score", None))
        for country in fact.parties or ():
            if country in countries:
                yield {"country": country, "on": fact.occurred_on.isoformat(), "event": event}


def event_name(kind: str, score: int | None) -> str:
    """An event as `SHAPES` names it."""
    return kind if score is None else f"{kind} {score:+d}" if score else f"{kind} 0"


def counted(dossiers: Sequence[Dossier], country: str, era: Era) -> list[dict[str, Any]]:
    """The areas: on each day on which something changed, how high each status reaches, one upon the other."""
    ours = [spell for dossier in dossiers for spell in dossier.lives if spell.country == country]
    days = {day for spell in ours for day in (spell.from_day, spell.until_day) if day and day < era.end}
    rows = []
    for day in sorted(days | {era.start, era.end}):
        standing = Counter(spell.standing.status for spell in ours if _covers(spell, min(day, era.end), era))
        low = 0
        for status in STATUSES:
            high = low + standing[status]
            rows.append({"on": day.isoformat(), "status": status, "low": low, "high": high})
            low = high
    return rows


def _covers(spell: Spell, day: date, era: Era) -> bool:
    """Whether a spell holds on a day; the end of the era is drawn as the day before."""
    day = min(day, era.end - timedelta(days=1))
    return spell.from_day <= day and (spell.until_day is None or day < spell.until_day)
