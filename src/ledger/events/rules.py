"""What may be said next of a commitment or a statement (design, section 3), one check a rule.

Each check returns nothing and raises what forbids the fact. Facts come here with their parties spelled out.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from ledger.errors import FutureFact, IllegalTransition, Refused, UnknownName
from ledger.events.history import (
    Amendment,
    Described,
    History,
    Judged,
    Tail,
    repeated_otherwise,
    restated,
)
from ledger.events.kinds import Amended, DatedFact, Fact, Registered, Retracted, Said
from ledger.events.lifecycle import IllegalStep, Moment, evolve, fold
from ledger.events.statements import StatementHistory
from ledger.events.tuples import new
from ledger.events.vocabulary import Nature

NEXT_POSITION: Final = sys.maxsize
"""Where a fact that is not recorded yet stands: after all that is."""

_EARLIEST_CLOCK: Final = timezone(timedelta(hours=14))
"""UTC+14, where a day begins first."""


@lru_cache(maxsize=16)  # all that is appended together has one time
def latest_day(recorded_at: datetime) -> date:
    """The last day that has begun anywhere on earth at a time (design, section 2)."""
    if recorded_at > datetime.max.replace(tzinfo=UTC) - timedelta(hours=14):
        return date.max
    return recorded_at.astimezone(_EARLIEST_CLOCK).date()


def check_day(fact: Fact, recorded_at: datetime) -> None:
    """No fact comes from the future. Raises `FutureFact`."""
    day: date | None = fact.__dict__.get("occurred_on")
    if day is not None and day > (latest := latest_day(recorded_at)):
        raise FutureFact(day, latest)


def check_registration(fact: Registered, statement: StatementHistory) -> None:
    """A statement is registered once, unless its registration was retracted. Raises `Refused`."""
    if statement.in_force() is not None:
        raise Refused(
            f"the statement {fact.statement} is on record with other content; "
            "choose another id, or retract the registration first"
        )


def check_parties(
    fact: DatedFact, parties: Collection[str], allowed: Collection[str], of: str | None = None
) -> None:
    """An event has parties, among the commitment's and its statement's. Raises `Refused`, `UnknownName`.

    `of` is whose parties are `allowed`, if not the commitment's.
    """
    if parties == allowed:
        return
    if not parties:
        raise Refused(f"no party of {fact.commitment} is one of its statement; name another statement or a source")
    for party in parties:
        if party not in allowed:
            raise UnknownName(
                f"party of {of or fact.commitment}", party, hint=f"its parties are {' '.join(allowed)}"
            )


def check_description(fact: Said, parties: Collection[str], description: Described | None) -> None:
    """The first event gives the description; a later one may repeat it as it stands. Raises `Refused`."""
    if description is None:
        given = fact.__dict__ | {"parties": parties}
        missing = [name for name in ("title", "nature", "strength", "parties") if not given[name]]
        if len(missing) == 4:
            raise UnknownName("commitment on record", fact.commitment, hint=_HOW_TO_BEGIN)
        if missing:
            raise Refused(f"the first event of {fact.commitment} also needs {', '.join(missing)}")
    elif otherwise := repeated_otherwise(fact, description):
        stands = ", ".join(f"{name} is {getattr(description, name) or 'not given'}" for name in otherwise)
        raise Refused(
            f"{fact.commitment} is described otherwise: {stands}; leave the description out, or amend it"
        )


_HOW_TO_BEGIN: Final = "to begin one, give its title, nature, strength and parties with made or reaffirmed"


def check_quote(fact: Said, statement: StatementHistory | None) -> None:
    """A quote stands in the registered text and begins in its paragraph; without a text there is none.

    Raises `Refused`.
    """
    quotable = statement.quotable() if statement is not None else None
    if quotable is None:
        if fact.quote is not None or fact.paragraph is not None:
            which = f"the statement {fact.statement} has no text" if fact.statement else "no statement is named"
            raise Refused(f"a quote and its paragraph belong to a statement's text, and {which}; leave them out")
        return
    if fact.quote is None or fact.paragraph is None:
        raise Refused(f"the statement {fact.statement} has a text: give the quote and its paragraph")
    found = quotable.paragraphs_with(fact.quote)
    if fact.paragraph not in found:
        where = f"it begins in paragraph {' and '.join(map(str, found))}" if found else "no paragraph has it"
        raise Refused(
            f"the quote does not begin in paragraph {fact.paragraph} of {fact.statement} "
            f"(of {quotable.paragraph_count}): {where}; quote the statement word for word"
        )


def check_step(moment: Moment, history: History, nature: Nature) -> Judged:
    """The timeline of each party stays legal with the moment, as a whole. Raises `IllegalTransition`.

    The moment's position comes after all that are on record.
    """
    ends: list[Tail] = []
    for tail in history.tails(moment.parties, nature):
        countries, last, standing = tail
        if moment.day < last:
            timeline = sorted([*history.timeline(countries[0]), moment])
            cause = f"with {moment.kind} on {moment.day} recorded, "
            _check_timeline(history.commitment, countries[0], timeline, nature, cause, moment)
            continue
        try:
            ends.append(new(Tail, (countries, moment.day, evolve(standing, moment, nature))))
        except IllegalStep as illegal:
            raise _illegal(history.commitment, countries[0], illegal) from None  # as good as any other of them
    return new(Judged, (moment, tuple(ends)))


def check_amendment(fact: Amended, history: History) -> None:
    """A restated description fits what is on record. Raises `Refused` or `IllegalTransition`."""
    amendments = [*history.amendments_in_force(), Amendment(NEXT_POSITION, "", fact.changes)]
    _check_redescribed(history, amendments, "with this amendment, ")


def check_retraction(fact: Retracted, history: History) -> None:
    """What is left without an entry is legal. Raises `Refused` or `IllegalTransition`."""
    if fact.event not in {moment.id for moment in history.moments}:
        left = [one for one in history.amendments_in_force() if one.id != fact.event]
        _check_redescribed(history, left, "without this amendment, ")
        return
    description = history.description()
    assert description is not None
    for country in next(moment.parties for moment in history.moments if moment.id == fact.event):
        timeline = [moment for moment in history.timeline(country) if moment.id != fact.event]
        cause = "without the retracted entry, "
        _check_timeline(history.commitment, country, timeline, description.nature, cause)


def check_retractable(fact: Retracted, stream: History | StatementHistory) -> None:
    """An entry is retracted once, and a retraction never. Raises `UnknownName` or `Refused`."""
    if fact.event not in stream.positions:
        of = f"event of {fact.commitment or fact.statement}"
        raise UnknownName(of, fact.event, stream.positions)
    if (earlier := stream.retractions.get(fact.event)) is not None:
        raise Refused(f"{fact.event} was retracted before, at position {earlier}; there is nothing left to void")
    if stream.positions[fact.event] in stream.retractions.values():
        raise Refused(
            f"{fact.event} is itself a retraction, which is not retracted; record the fact anew, "
            "saying in its note what is new"
        )


def check_uncited(statement: str, citing: Iterable[History]) -> None:
    """A statement is retracted only if nothing in force cites it. Raises `Refused`."""
    by = sorted(
        history.commitment
        for history in citing
        if any(of == statement and event not in history.retractions for event, of in history.cites)
    )
    if by:
        raise Refused(
            f"the statement {statement} is cited by {', '.join(by[:3])}{' and others' if len(by) > 3 else ''}; "
            "retract what cites it first"
        )


def _check_redescribed(history: History, amendments: Iterable[Amendment], cause: str) -> None:
    first = history.first_description()
    assert first is not None
    description = restated(first, amendments)
    if description.due is None and description.due_basis is not None:
        raise Refused(f"{cause}{history.commitment} has a due_basis and no due date; give or take back both")
    countries = sorted({country for moment in history.moments for country in moment.parties})
    for country in countries:
        timeline = history.timeline(country)
        if timeline and country not in description.parties:
            raise Refused(f"{cause}{country} is no party of {history.commitment}, and it has events there")
        _check_timeline(history.commitment, country, timeline, description.nature, cause)


def _check_timeline(  # noqa: PLR0913, PLR0917 - what is folded, and what to say of it
    commitment: str,
    country: str,
    timeline: Iterable[Moment],
    nature: Nature,
    cause: str,
    proposed: Moment | None = None,
) -> None:
    try:
        fold(timeline, nature)
    except IllegalStep as illegal:
        raise _illegal(commitment, country, illegal, "" if illegal.moment is proposed else cause) from None


def _illegal(commitment: str, country: str, illegal: IllegalStep, cause: str = "") -> IllegalTransition:
    moment = illegal.moment
    return IllegalTransition(commitment, country, illegal.before, moment.kind, moment.day, illegal.rule, cause)
