"""Hypothesis strategies: any fact of a kind (here), and random histories (from `tests.kit.histories`).

`facts(kind)` gives one well-formed fact of a kind (or of any), with any text in it. It fits the line, not the
record: nothing it names need exist. Use it for codecs, ids and schemas.

    @given(facts("lapsed"))
    def test_something_about_one_line(fact): ...

`proposals()` gives a list of `Proposal`, each of which may or may not be legal where it comes: a few commitments,
statements and days, so that days are shared, entries backdated, said again, amended and retracted. A proposal
becomes a fact only against what is on record by then, since a retraction names an entry:

    @given(proposals())
    def test_something_about_histories(proposed):
        for proposal in proposed:
            fact = proposal.against(ledger.entries())  # then record it, or see it refused

`logs()` has done so already on the pure rules: a `PlainLog` of what was accepted.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from ledger.events.countries import COUNTRY_NAMES
from ledger.events.fields import Source
from ledger.events.kinds import (
    Amended,
    Assessed,
    Changes,
    Fact,
    Fulfilled,
    Lapsed,
    Made,
    Reaffirmed,
    Registered,
    Retracted,
)
from ledger.events.vocabulary import KINDS, DueBasis, Kind, LapseReason, Nature, Strength
from tests.kit.histories import COMMITMENTS, COUNTRIES, DAYS, Proposal, log_of, logs, proposals, proposed_facts

__all__ = [
    "COMMITMENTS",
    "COUNTRIES",
    "DAYS",
    "Proposal",
    "facts",
    "log_of",
    "logs",
    "parties",
    "proposals",
    "proposed_facts",
    "slugs",
    "sources",
    "texts",
]

NATURES: Final[tuple[Nature, ...]] = ("one-off", "standing")
STRENGTHS: Final[tuple[Strength, ...]] = ("high", "medium", "low")
BASES: Final[tuple[DueBasis, ...]] = ("stated", "inferred")
REASONS: Final[tuple[LapseReason, ...]] = ("deadline-passed", "reversed", "superseded", "abandoned", "moot")


def texts(max_size: int = 30) -> st.SearchStrategy[str]:
    """Words in any script: no NUL, no half characters, and more than white space."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(characters, min_size=1, max_size=max_size).filter(lambda text: bool(text.strip()))


def slugs() -> st.SearchStrategy[str]:
    """What people type for a commitment, a statement or a theme."""
    word = st.text("abcxyz0189", min_size=1, max_size=6)
    return st.lists(word, min_size=1, max_size=4).map("-".join)


def parties() -> st.SearchStrategy[tuple[str, ...]]:
    """Countries, each once and sorted, as a recorded line has them."""
    return st.sets(st.sampled_from(sorted(COUNTRY_NAMES)), min_size=1, max_size=5).map(
        lambda codes: tuple(sorted(codes))
    )


def sources() -> st.SearchStrategy[Source]:
    """Sources, dated or not."""
    path = st.text("abcäé中/?=%-~", max_size=12)
    url = st.builds("{}://{}/{}".format, st.sampled_from(["http", "https"]), slugs(), path)
    return st.builds(Source, title=texts(), url=url, published_on=st.none() | st.dates())


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields, or none."""
    return st.fixed_dictionaries({}, optional=fields)


def _descriptions() -> st.SearchStrategy[dict[str, Any]]:
    plain_fields = _optional(
        title=texts(), theme=slugs(), nature=st.sampled_from(NATURES), strength=st.sampled_from(STRENGTHS)
    )
    due: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
        {"due": st.dates()}, optional={"due_basis": st.sampled_from(BASES)}
    )
    return st.builds(dict[str, Any].__or__, plain_fields, due)


def _sayings() -> st.SearchStrategy[dict[str, Any]]:
    where: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {"statement": slugs()},
        optional={"paragraph": st.integers(1, 9999), "quote": texts(), "source": sources()},
    ) | st.fixed_dictionaries({"source": sources()})
    fields = st.fixed_dictionaries(
        {"commitment": slugs(), "occurred_on": st.dates()}, optional={"parties": parties(), "note": texts()}
    )
    return st.builds(lambda *parts: parts[0] | parts[1] | parts[2], fields, where, _descriptions())


def _settled(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"commitment": slugs(), "occurred_on": st.dates(), "source": sources(), **fields},
        optional={"parties": parties()},
    )


def _changes() -> st.SearchStrategy[Changes]:
    taken_back = st.just({"due": None, "due_basis": None})
    due: st.SearchStrategy[dict[str, Any]] = taken_back | _optional(due=st.dates())
    fields = st.builds(
        lambda described, dates, named: described | dates | named,
        _descriptions(),
        due,
        _optional(parties=parties()),
    )
    consistent = fields.filter(lambda one: one and (one.get("due", "") is not None or one["due_basis"] is None))
    return consistent.map(lambda one: Changes(**one))


def _retractions() -> st.SearchStrategy[Retracted]:
    of = st.builds(lambda stream, name: {stream: name}, st.sampled_from(["commitment", "statement"]), slugs())
    event = st.text("0123456789abcdef", min_size=32, max_size=32)
    return st.builds(lambda of, event, reason: Retracted(**of, event=event, reason=reason), of, event, texts())


_OF_KIND: Final[dict[Kind, st.SearchStrategy[Fact]]] = {
    "registered": st.fixed_dictionaries(
        {"statement": slugs(), "title": texts(), "parties": parties(), "occurred_on": st.dates()},
        optional={"place": texts(), "url": sources().map(lambda source: source.url), "text": texts(80)},
    ).map(lambda fields: Registered(**fields)),
    "made": _sayings().map(lambda fields: Made(**fields)),
    "reaffirmed": _sayings().map(lambda fields: Reaffirmed(**fields)),
    "fulfilled": st.builds(
        lambda fields, more: Fulfilled(**fields, **more), _settled(note=texts()), _optional(occurrence=texts())
    ),
    "lapsed": st.builds(
        lambda fields, more: Lapsed(**fields, **more),
        _settled(note=texts(), reason=st.sampled_from(REASONS)),
        _optional(occurrence=texts()),
    ),
    "assessed": st.builds(
        lambda fields, more: Assessed(**fields, **more),
        _settled(score=st.integers(-1, 1)),
        _optional(assessor=texts(), note=texts()),
    ),
    "amended": st.builds(Amended, commitment=slugs(), changes=_changes(), reason=texts()),
    "retracted": _retractions(),
}


def facts(kind: Kind | None = None) -> st.SearchStrategy[Fact]:
    """Any well-formed fact of a kind, or of any of the eight; nothing it names need be on record."""
    return _OF_KIND[kind] if kind is not None else st.sampled_from(KINDS).flatmap(_OF_KIND.__getitem__)
