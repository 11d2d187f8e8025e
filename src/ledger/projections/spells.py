"""Who stood how from when until when: the answer for every day D at once, as known now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from ledger.events.history import History
from ledger.events.lifecycle import NOTHING, Moment, Standing, evolve
from ledger.events.vocabulary import Nature


class Spell(NamedTuple):
    """A country's standing from the start of a day until the next spell's (exclusive; None: it lasts)."""

    country: str
    from_day: date
    until_day: date | None
    standing: Standing


def spells(history: History) -> Iterator[Spell]:
    """The spells of every country of a commitment, in order; each day belongs to at most one of a country.

    A spell begins on every day on which something counts, so that its figures hold for all of its days; two
    that follow each other may have the same status.
    """
    lived = {country: life for countries, life in lives(history) for country in countries}
    for country in sorted(lived):
        yield from (spell._replace(country=country) for spell in lived[country])


def lives(history: History) -> Iterator[tuple[Sequence[str], Sequence[Spell]]]:
    """The same for all countries that always went together at once: these, and the spells of the first of them."""
    description = history.description()
    if description is None:
        return
    for countries, timeline in history.timelines(description.parties):
        yield countries, tuple(_spells(countries[0], timeline, description.nature))


def _spells(country: str, timeline: Sequence[Moment], nature: Nature) -> Iterator[Spell]:
    standing = NOTHING
    for moment, following in zip_longest(timeline, timeline[1:]):
        standing = evolve(standing, moment, nature)
        until = following.day if following else None
        if until != moment.day and standing.status is not None:
            yield Spell(country, moment.day, until, standing)
