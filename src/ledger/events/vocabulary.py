"""The words that events are built from (design, sections 1 and 3), as plain types.

Kept apart from their validation (`ledger.events.fields`), so that what only reads the views need not load it.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Status = Literal["made", "reaffirmed", "fulfilled", "lapsed"]
"""A status is named after the lifecycle event that gives it."""

Kind = Literal["registered", "made", "reaffirmed", "fulfilled", "lapsed", "assessed", "amended", "retracted"]
DatedKind = Literal["made", "reaffirmed", "fulfilled", "lapsed", "assessed"]
"""The kinds that stand on timelines."""
Nature = Literal["one-off", "standing"]
Strength = Literal["high", "medium", "low"]
DueBasis = Literal["stated", "inferred"]
LapseReason = Literal["deadline-passed", "reversed", "superseded", "abandoned", "moot"]
Score = int
"""-1 not kept, 0 in progress or in part, +1 kept (the G20 Research Group's scale)."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
NATURES: Final[tuple[Nature, ...]] = get_args(Nature)
STRENGTHS: Final[tuple[Strength, ...]] = get_args(Strength)
LIFECYCLE: Final = frozenset(STATUSES)
DATED: Final = frozenset(get_args(DatedKind))
