"""Random histories: proposals about a few commitments, and the logs that the rules make of them.

What they are for, and how to use them, is said in `tests.kit.strategies`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.events.kinds import Fact, Made, Reaffirmed, Retracted
from ledger.events.lines import Entry
from tests.kit import facts as plain
from tests.kit.scenario import PlainLog

COMMITMENTS: Final = ("bees", "seas", "trees")
STATEMENTS: Final = ("accord", "pact")
COUNTRIES: Final = plain.ALL
DAYS: Final = tuple(date(2025, 1, day) for day in (1, 2, 3, 4))
"""So few that entries share days, and so often that many are backdated."""
WELL_KNOWN: Final = ("seas", "trees")
"""The commitments that a history mostly begins with: a one-off of outside origin, and a standing one."""
Names: TypeAlias = st.SearchStrategy[str]


@dataclass(frozen=True)
class Proposal:
    """Something to be proposed. `verb` says what of.

    The `fact` itself is stated; or an entry is repeated as it stands, or retracted: an entry in force, or `void`:
    any entry, which may be a retraction, or void already. `place` counts back from the last such entry, round and
    round, so that it always hits one once there is one.
    """

    verb: Literal["state", "repeat", "retract", "void"]
    fact: Fact
    place: int = 0

    def against(self, entries: Sequence[Entry]) -> Fact:
        """The fact that is proposed when these entries are on record; `fact` if it needs one and there is none."""
        meant = _in_force(entries) if self.verb == "retract" else entries
        if self.verb == "state" or not meant:
            return self.fact
        entry = meant[-1 - self.place % len(meant)]
        if self.verb == "repeat":
            return entry.fact
        kind, name = entry.fact.stream.split("/")
        return Retracted(event=entry.id, reason="mistaken", **{kind: name})


def _in_force(entries: Sequence[Entry]) -> list[Entry]:
    retractions = [entry for entry in entries if isinstance(entry.fact, Retracted)]
    void = {getattr(entry.fact, "event", None) for entry in retractions}
    return [entry for entry in entries if entry not in retractions and entry.id not in void]


def _some_parties() -> st.SearchStrategy[tuple[str, ...] | None]:
    """Left out, or a few: in any order, and now and then twice."""
    return st.sampled_from([None, None, COUNTRIES, ("USA", "JPN"), ("KOR",), ("JPN", "JPN")])


def _described(commitment: str) -> dict[str, Any]:
    """Each commitment is described as it always is, so that a repetition is a repetition."""
    nature = "standing" if commitment == "trees" else "one-off"
    due = {"due": "2025-01-03", "due_basis": "stated"} if commitment != "seas" else {}
    return {"title": f"Care for {commitment}", "nature": nature, "strength": "high", "theme": "nature"} | due


def _places() -> st.SearchStrategy[dict[str, Any]]:
    """Where it was said; the last of these is not in the text."""
    return st.sampled_from(
        [
            {"source": plain.source()},
            {"source": plain.source(2)},
            {"statement": "accord", "source": None},
            {"statement": "pact", "source": None, "paragraph": 2, "quote": "plant trees every"},
            {"statement": "pact", "source": None, "paragraph": 3, "quote": "plant trees every"},
        ]
    )


def _said(kind: Literal["made", "reaffirmed"], names: Names) -> st.SearchStrategy[Fact]:
    def build(
        commitment: str, day: date, place: dict[str, Any], named: tuple[str, ...] | None, full: bool
    ) -> Fact:
        model = Made if kind == "made" else Reaffirmed
        first = _described(commitment) | {"parties": COUNTRIES} if full else {"parties": named}
        return model(**{"commitment": commitment, "occurred_on": day} | first | place)

    return st.builds(build, names, st.sampled_from(DAYS), _places(), _some_parties(), st.booleans())


def _dated(names: Names) -> st.SearchStrategy[Fact]:
    named = _some_parties()
    days = st.sampled_from(DAYS)
    number = st.integers(1, 2).map(plain.source)
    return st.one_of(
        st.builds(
            lambda name, day, who, source: plain.fulfilled(name, str(day), parties=who, source=source),
            names,
            days,
            named,
            number,
        ),
        st.builds(
            lambda name, day, who, reason: plain.lapsed(name, str(day), parties=who, reason=reason),
            names,
            days,
            named,
            st.sampled_from(["reversed", "abandoned"]),
        ),
        st.builds(
            lambda name, day, who, score: plain.assessed(name, str(day), score, parties=who),
            names,
            days,
            named,
            st.integers(-1, 1),
        ),
    )


def _amendments(names: Names) -> st.SearchStrategy[Fact]:
    changes = st.sampled_from(
        [
            *[{"nature": "one-off"}, {"nature": "standing"}] * 3,  # what timelines are judged by
            {"title": "Care well"},
            {"parties": COUNTRIES},
            {"parties": ("JPN", "USA")},
            {"due": "2025-01-02"},
            {"due": None, "due_basis": None},
            {"strength": "low", "theme": "climate"},
        ]
    )
    reason = st.sampled_from(["written wrongly", "written wrongly again"])
    return st.builds(
        lambda name, fields, why: plain.amended(name, why, **fields),
        names,
        changes,
        reason,
    )


def _registrations() -> st.SearchStrategy[Fact]:
    return st.sampled_from(
        [
            plain.registered("pact", text=plain.TEXT),
            plain.registered("accord", parties=("JPN", "KOR")),
            plain.registered("accord", parties=COUNTRIES, title="A wider pact"),
        ]
    )


def proposed_facts(*names: str) -> st.SearchStrategy[Fact]:
    """One fact about commitments of these names, or about a statement of random histories, legal or not."""
    chosen = st.sampled_from(names or COMMITMENTS)
    dated, said, amended = _dated(chosen), _said("reaffirmed", chosen), _amendments(chosen)
    return st.one_of(dated, said, dated, said, amended, dated, _said("made", chosen), amended, _registrations())


def _proposals_of(*names: str, min_size: int, max_size: int) -> st.SearchStrategy[list[Proposal]]:
    one = st.builds(
        Proposal,
        verb=st.sampled_from(["state"] * 10 + ["repeat", "retract", "retract", "void"]),
        fact=proposed_facts(*names),
        place=st.integers(0, max_size),
    )
    return st.lists(one, min_size=min_size, max_size=max_size)


def proposals(max_size: int = 24) -> st.SearchStrategy[list[Proposal]]:
    """Proposals in the order in which they are made; most are legal, many are not.

    One in three begins with nothing; one crowds what happens into a single commitment.
    """
    from_nothing = _proposals_of(min_size=0, max_size=max_size)
    begun = _proposals_of(*WELL_KNOWN, *COMMITMENTS, min_size=max_size // 2, max_size=max_size)
    crowded = _proposals_of("seas", min_size=max_size // 2, max_size=max_size)
    return st.one_of(from_nothing, begun.map(_well_begun), crowded.map(_well_begun))


def _well_begun(proposed: list[Proposal]) -> list[Proposal]:
    """With both statements on record and two commitments begun, so that less comes too early."""
    begun: list[Fact] = [plain.registered("pact", text=plain.TEXT), plain.registered("accord")]
    begun += [plain.made("trees", "2025-01-01", **_described("trees"))]
    begun += [plain.reaffirmed("seas", "2025-01-02", **_described("seas"), parties=COUNTRIES)]
    return [Proposal("state", fact) for fact in begun] + proposed


def log_of(proposed: Sequence[Proposal]) -> PlainLog:
    """What the pure rules accept of these proposals, in their order."""
    log = PlainLog()
    for proposal in proposed:
        with suppress(LedgerError):
            log.propose(proposal.against(log.entries))
    return log


def logs(max_size: int = 24) -> st.SearchStrategy[PlainLog]:
    """Accepted histories; the longer `max_size`, the longer."""
    return proposals(max_size).map(log_of)
