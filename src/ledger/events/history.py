"""All that the log holds of one commitment, and what it amounts to at (D, K) (design, section 2).

D is a valid-time day, K a log position; None stands for all days and for the end of the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from ledger.events.identity import sound
from ledger.events.kinds import (
    DESCRIPTION_FIELDS,
    Changes,
    DatedFact,
    Made,
    Reaffirmed,
    commitment_stream,
)
from ledger.events.lifecycle import NOTHING, Moment, Standing, fold
from ledger.events.lines import Entry
from ledger.events.times import parse_day
from ledger.events.tuples import new
from ledger.events.vocabulary import DATED, DueBasis, Nature, Strength


class Described(NamedTuple):
    """A commitment's description as it stands, `parties` sorted."""

    title: str
    nature: Nature
    strength: Strength
    theme: str | None
    due: date | None
    due_basis: DueBasis | None
    parties: tuple[str, ...]


class Amendment(NamedTuple):
    """What an `amended` entry restates."""

    position: int
    id: str
    changes: Changes

    def fields(self) -> dict[str, Any]:
        """The restated fields with their values; None takes a due date back."""
        return {name: getattr(self.changes, name) for name in self.changes.model_fields_set}


class Tail(NamedTuple):
    """The end of a timeline as known now: the countries that share it, its last day, and the standing there."""

    countries: tuple[str, ...]
    day: date
    standing: Standing


Tails: TypeAlias = tuple[Tail, ...]
"""The ends of timelines; a country is in one at most."""


class Judged(NamedTuple):
    """What judging a dated fact found out: its moment, and the ends of the timelines for which it comes last."""

    moment: Moment
    tails: Tails


# Shared by the many histories that have none; never added to.
_NO_AMENDMENTS: Final[list[Amendment]] = []
_NO_RETRACTIONS: Final[dict[str, int]] = {}
_NO_CITATIONS: Final[list[tuple[str, str]]] = []


class History:
    """The stream of one commitment. `add` takes what the log holds; judging is `ledger.events.rules`'."""

    __slots__ = (
        "_described",
        "_first",
        "_tails",
        "amendments",
        "cites",
        "commitment",
        "moments",
        "positions",
        "retractions",
    )

    def __init__(self, commitment: str) -> None:
        self.commitment = commitment
        self.moments: list[Moment] = []
        self.positions: dict[str, int] = {}
        self.amendments: list[Amendment] = _NO_AMENDMENTS
        self.retractions: dict[str, int] = _NO_RETRACTIONS
        self.cites: list[tuple[str, str]] = _NO_CITATIONS
        self._first: Described | None = None
        self._described: Described | None = None
        self._tails: Tails = ()

    @property
    def name(self) -> str:
        """What the stream is called."""
        return commitment_stream(self.commitment)

    def add(self, entry: Entry, judged: Judged | None = None) -> None:
        """Take in the next entry of the stream; it is not judged here, but may have been: `judged` is of it."""
        position, event, _, _, fact = entry
        self.positions[event] = position
        given = fact.__dict__
        if given["kind"] in DATED:
            moment, tails = judged or (moment_of(fact, given["parties"], position, event), ())  # type: ignore[arg-type]
            self._add_moment(moment, tails)
            if self._first is None:
                self._first = described_by(fact, moment.parties)  # type: ignore[arg-type]
            if (statement := given.get("statement")) is not None:
                self.cites = self.cites or []
                self.cites.append((event, statement))
            return
        if fact.kind == "amended":
            self.amendments = self.amendments or []
            self.amendments.append(Amendment(position, event, fact.changes))
        else:
            assert fact.kind == "retracted", "a registration stands in no commitment's stream"
            self.retractions = self.retractions or {}
            self.retractions[fact.event] = position
        self._described = None
        self._tails = ()

    def add_moment(self, moment: Moment) -> None:
        """Take in a later dated fact, if nothing but the timelines will be asked for."""
        self._add_moment(moment, ())

    def _add_moment(self, moment: Moment, tails: Tails) -> None:
        self.moments.append(moment)
        before = self._tails
        if not before or (len(before) == 1 and before[0].countries == moment.parties):
            self._tails = tails
            return
        kept = (_part(tail, moment.parties, inside=False) for tail in before)
        self._tails = (*(tail for tail in kept if tail.countries), *tails)

    def tails(self, countries: tuple[str, ...], nature: Nature) -> Tails:
        """The ends of the timelines of these countries; those that always went together share one.

        Kept while events come in order, so that appending is no replay. Raises `IllegalStep` only of a log that
        was written past the rules.
        """
        known = self._tails
        if len(known) == 1 and known[0].countries == countries:
            return known
        if not self.moments:
            return (new(Tail, (countries, date.min, NOTHING)),)
        told = {country for tail in known for country in tail.countries}
        if not told.issuperset(countries):
            known = self._tails = (*known, *self._ends(told, nature))
            told = {country for tail in known for country in tail.countries}
        found = [part for tail in known if (part := _part(tail, countries)).countries]
        if new_here := tuple(country for country in countries if country not in told):
            found.append(Tail(new_here, date.min, NOTHING))
        return tuple(sorted(found))

    def _ends(self, told: Collection[str], nature: Nature) -> Iterator[Tail]:
        """The ends of the timelines of all countries but those that are told."""
        others = {country for moment in self.moments for country in moment.parties}.difference(told)
        for together, timeline in self.timelines(tuple(sorted(others))):
            if timeline:
                yield Tail(tuple(together), timeline[-1].day, fold(timeline, nature))

    def counts(self, event: str, position: int, known: int | None = None) -> bool:
        """Whether an entry counts at K: recorded by then, and not retracted by then."""
        retracted = self.retractions.get(event)
        if known is None:
            return retracted is None
        return position <= known and (retracted is None or retracted > known)

    def amendments_in_force(self, known: int | None = None) -> Iterator[Amendment]:
        """The amendments that count at K, in log order."""
        return (one for one in self.amendments if self.counts(one.id, one.position, known))

    def description(self, known: int | None = None) -> Described | None:
        """The description as restated by K; it holds for all days. None if nothing was recorded by then."""
        if self._first is None or (known is not None and next(iter(self.positions.values())) > known):
            return None
        if known is not None:
            return restated(self._first, self.amendments_in_force(known))
        if self._described is None:
            self._described = restated(self._first, self.amendments_in_force())
        return self._described

    def first_description(self) -> Described | None:
        """The description that the first event gave, before any amendment."""
        return self._first

    def timeline(self, country: str, *, as_of: date | None = None, known: int | None = None) -> list[Moment]:
        """The moments that count for a country at (D, K), in the order of their days."""
        return sorted(
            moment
            for moment in self.moments
            if country in moment.parties
            and (as_of is None or moment.day <= as_of)
            and self.counts(moment.id, moment.position, known)
        )

    def timelines(self, countries: tuple[str, ...]) -> Iterator[tuple[Sequence[str], list[Moment]]]:
        """The timelines as known now, each with those of these countries that share it."""
        counting = sorted(moment for moment in self.moments if moment.id not in self.retractions)
        if all(moment.parties == countries for moment in counting):
            yield countries, counting
            return
        sharing: dict[tuple[int, ...], list[str]] = {}
        for country in countries:
            own = tuple(moment.position for moment in counting if country in moment.parties)
            sharing.setdefault(own, []).append(country)
        for together in sharing.values():
            yield together, [moment for moment in counting if together[0] in moment.parties]


def history_of(commitment: str, entries: Iterable[Entry]) -> History:
    """The history that these entries of one stream, in log order, make."""
    history = History(commitment)
    for entry in entries:
        history.add(entry)
    return history


def moment_of(fact: DatedFact, parties: tuple[str, ...] | None, position: int, event: str) -> Moment:
    """A dated fact as timelines see it; `parties` are its own, spelled out."""
    given = fact.__dict__
    take = given.get
    day, kind = given["occurred_on"], given["kind"]
    return new(Moment, (day, position, event, kind, parties or (), take("reason"), take("score")))


def moment_in(line: bytes, position: int) -> Moment:
    """The same of a recorded line, of which the rest is not looked at. Raises as `sound` does."""
    stated = sound(line)
    return Moment(
        parse_day(stated["occurred_on"]),
        position,
        stated["id"],
        stated["kind"],
        tuple(stated["parties"]),
        stated.get("reason"),
        stated.get("score"),
    )


def described_by(fact: DatedFact, parties: tuple[str, ...]) -> Described | None:
    """The description that a first event gives, with its `parties`; None if it lacks what one must have."""
    take = fact.__dict__.get
    title, nature, strength = take("title"), take("nature"), take("strength")
    if title is None or nature is None or strength is None or not parties:
        return None
    return Described(title, nature, strength, take("theme"), take("due"), take("due_basis"), parties)


def restated(description: Described, amendments: Iterable[Amendment]) -> Described:
    """The description after these amendments, in order."""
    for amendment in amendments:
        fields = amendment.fields()
        if "parties" in fields:
            fields["parties"] = tuple(sorted(set(fields["parties"])))
        description = description._replace(**fields)
    return description


def repeated_otherwise(fact: Made | Reaffirmed, description: Described) -> list[str]:
    """The description fields that the fact gives, and gives otherwise than they stand."""
    if _DESCRIPTION.isdisjoint(fact.model_fields_set):
        return []  # so with most
    given = fact.__dict__
    return [
        name
        for name in DESCRIPTION_FIELDS
        if given[name] is not None and given[name] != getattr(description, name)
    ]


_DESCRIPTION: Final = frozenset(DESCRIPTION_FIELDS)


def _part(tail: Tail, countries: tuple[str, ...], *, inside: bool = True) -> Tail:
    """The same end for those alone of its countries that are among these, or that are not."""
    return tail._replace(countries=tuple(one for one in tail.countries if (one in countries) is inside))
