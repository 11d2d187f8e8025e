"""The lifecycle of a commitment for one country (design, section 3): the table, and folding by it.

The table is data, in the design's order, so that the two can be held side by side. This is the only place where
it is written; the append path, the views, the audit and the importer all come here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from ledger.errors import StoreError
from ledger.events.tuples import new
from ledger.events.vocabulary import DatedKind, LapseReason, Nature, Score, Status


class Moment(NamedTuple):
    """An event of a commitment as its countries' timelines see it.

    Timelines are ordered by (`day`, `position`): when it was so, then when we learned it.
    """

    day: date
    position: int
    id: str
    kind: DatedKind
    parties: tuple[str, ...]
    reason: LapseReason | None = None
    score: Score | None = None


class Standing(NamedTuple):
    """How a commitment stands for one country, after the moments that were folded.

    `since` and `event` are the day and id of the latest event that gave the status; `kept` counts fulfilments,
    `events` lifecycle events. An assessment alone gives a score and no status.
    """

    status: Status | None = None
    since: date | None = None
    event: str | None = None
    origin: Literal["made", "outside"] | None = None
    events: int = 0
    kept: int = 0
    last_kept: date | None = None
    score: Score | None = None
    scored_on: date | None = None


NOTHING: Final = Standing()


class Refusal(str):
    """A cell of the table that refuses the step, saying why and what would be accepted."""

    __slots__ = ()


class OnlyIf(NamedTuple):
    """A cell that accepts the step for one reason alone."""

    reason: LapseReason
    gives: Status
    otherwise: Refusal


Cell: TypeAlias = Status | Refusal | OnlyIf

_UNSAID: Final = Refusal("what was never made or reaffirmed cannot be kept or broken; record that first")
_ONCE: Final = Refusal("a commitment is made once; what is said again is reaffirmed")
_KEPT: Final = Refusal("a one-off commitment is kept once; record later evidence as assessed")
_UNDONE: Final = OnlyIf(
    "reversed",
    "lapsed",
    Refusal("a one-off promise that was kept stays kept; only its reversal (reason reversed) is a lapse"),
)
_GONE: Final = Refusal("a one-off commitment lapses once; revive it by reaffirmed, or fulfil it late")

TABLE: Final[dict[tuple[Status | None, Status], dict[Nature, Cell]]] = {
    # status before, event         standing                  one-off
    (None, "made"): {"standing": "made", "one-off": "made"},
    (None, "reaffirmed"): {"standing": "reaffirmed", "one-off": "reaffirmed"},
    (None, "fulfilled"): {"standing": _UNSAID, "one-off": _UNSAID},
    (None, "lapsed"): {"standing": _UNSAID, "one-off": _UNSAID},
    ("made", "made"): {"standing": _ONCE, "one-off": _ONCE},
    ("made", "reaffirmed"): {"standing": "reaffirmed", "one-off": "reaffirmed"},
    ("made", "fulfilled"): {"standing": "fulfilled", "one-off": "fulfilled"},
    ("made", "lapsed"): {"standing": "lapsed", "one-off": "lapsed"},
    ("reaffirmed", "made"): {"standing": _ONCE, "one-off": _ONCE},
    ("reaffirmed", "reaffirmed"): {"standing": "reaffirmed", "one-off": "reaffirmed"},
    ("reaffirmed", "fulfilled"): {"standing": "fulfilled", "one-off": "fulfilled"},
    ("reaffirmed", "lapsed"): {"standing": "lapsed", "one-off": "lapsed"},
    ("fulfilled", "made"): {"standing": _ONCE, "one-off": _ONCE},
    ("fulfilled", "reaffirmed"): {"standing": "reaffirmed", "one-off": "fulfilled"},
    ("fulfilled", "fulfilled"): {"standing": "fulfilled", "one-off": _KEPT},
    ("fulfilled", "lapsed"): {"standing": "lapsed", "one-off": _UNDONE},
    ("lapsed", "made"): {"standing": _ONCE, "one-off": _ONCE},
    ("lapsed", "reaffirmed"): {"standing": "reaffirmed", "one-off": "reaffirmed"},
    ("lapsed", "fulfilled"): {"standing": "fulfilled", "one-off": "fulfilled"},
    ("lapsed", "lapsed"): {"standing": "lapsed", "one-off": _GONE},
}


class IllegalStep(StoreError):
    """The table refuses `moment` after `before`; `rule` says why.

    `ledger.events.rules` turns it into a refusal of what is proposed. Where it comes out of folding what is on
    record, the log was written past the rules.
    """

    def __init__(self, before: Status | None, moment: Moment, rule: Refusal) -> None:
        self.before, self.moment, self.rule = before, moment, rule
        super().__init__(
            f"the log holds a step that the rules forbid, {moment.kind} on {moment.day} at position "
            f"{moment.position}: {rule}; `ledger verify` says what else is wrong"
        )


def step(before: Status | None, event: Status, nature: Nature, reason: LapseReason | None) -> Status | Refusal:
    """What the table says of one lifecycle event: the status after it, or why there is none."""
    cell = TABLE[before, event][nature]
    if isinstance(cell, OnlyIf):
        return cell.gives if reason == cell.reason else cell.otherwise
    return cell


def evolve(standing: Standing, moment: Moment, nature: Nature) -> Standing:
    """The standing after one more moment of this country. Raises `IllegalStep`; never on a legal timeline."""
    # Every event of every replay comes this way, so it is taken apart at once, and put together without Python.
    status, since, named_after, origin, events, kept, last_kept, score, scored_on = standing
    day, _, event, kind, _, reason, given = moment
    if kind == "assessed":
        return new(Standing, (status, since, named_after, origin, events, kept, last_kept, given, day))
    after = step(status, kind, nature, reason)
    if after == kind:
        since, named_after = day, event
    elif isinstance(after, Refusal):
        raise IllegalStep(status, moment, after)
    # Otherwise one-off: a promise kept stays kept, since the day it was kept.
    if kind == "fulfilled":
        kept, last_kept = kept + 1, day
    origin = origin or ("made" if kind == "made" else "outside")
    return new(Standing, (after, since, named_after, origin, events + 1, kept, last_kept, score, scored_on))


def fold(timeline: Iterable[Moment], nature: Nature, standing: Standing = NOTHING) -> Standing:
    """The standing that a timeline, in order, amounts to. Raises `IllegalStep` where the table forbids it."""
    for moment in timeline:
        standing = evolve(standing, moment, nature)
    return standing
