"""The rows that questions are answered with, as plain values; no other module is needed to hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ledger.events.vocabulary import STATUSES

UNSETTLED = frozenset(STATUSES[:2])
"""The statuses under which a due date still runs: made and reaffirmed."""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """How one commitment stands for one country at (D, K); the fields are those of design, section 6."""

    commitment: str
    title: str
    theme: str | None
    nature: str
    strength: str
    country: str
    status: str
    since: date
    event: str
    due: date | None
    overdue: bool
    origin: str
    events: int
    kept: int
    last_kept: date | None
    score: int | None
    scored_on: date | None


def is_overdue(due: date | None, status: str, as_of: date) -> bool:
    """Overdue is computed, never recorded: due before D while the status is made or reaffirmed."""
    return due is not None and due < as_of and status in UNSETTLED


@dataclass(frozen=True, slots=True)
class Effect:
    """What one event changed for one country, at the end of that country's timeline.

    `country` is None for what bears on no country: a statement, a description. `before` and `after` are statuses,
    or a restated field's values; `detail` says what else changed.
    """

    position: int
    recorded_at: datetime
    kind: str
    commitment: str | None
    statement: str | None
    occurred_on: date | None
    country: str | None
    before: str | None
    after: str | None
    detail: str | None
    event: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a commitment, for one country or for all (None), that differs between two points."""

    commitment: str
    country: str | None
    field: str
    before: str | None
    after: str | None
