"""The words and forms that events are built from (design, sections 1 to 4).

Nothing here alters what it is given: a value is taken as it stands, or refused. What is stored, hashed and
shown is then what was said.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from ledger.events.countries import Country

Status = Literal["made", "reaffirmed", "fulfilled", "lapsed"]
"""A status is named after the lifecycle event that gives it."""

Kind = Literal["registered", "made", "reaffirmed", "fulfilled", "lapsed", "assessed", "amended", "retracted"]
Nature = Literal["one-off", "standing"]
Strength = Literal["high", "medium", "low"]
DueBasis = Literal["stated", "inferred"]
LapseReason = Literal["deadline-passed", "reversed", "superseded", "abandoned", "moot"]
Score = Literal[-1, 0, 1]
"""-1 not kept, 0 in progress or in part, +1 kept (the G20 Research Group's scale)."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
NATURES: Final[tuple[Nature, ...]] = get_args(Nature)
STRENGTHS: Final[tuple[Strength, ...]] = get_args(Strength)
LIFECYCLE: Final = frozenset(STATUSES)

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
"""What people type: lower-case letters and digits, joined by single hyphens."""

Text = Annotated[str, Field(pattern=r"(?s)^[^\x00]*\S[^\x00]*$")]
"""Words: more than white space, and no NUL, which databases cut strings at."""

Url = Annotated[str, Field(pattern=r"^https?://[^\s/?#<>\"\x00-\x1f]+[^\s<>\"\x00-\x1f]*$", max_length=4000)]
EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Day = date
"""A valid-time day (ISO 8601, `YYYY-MM-DD`)."""
Parties = Annotated[tuple[Country, ...], Field(min_length=1)]
Paragraph = Annotated[int, Field(ge=1)]


class Value(BaseModel):
    """Base of all that an event is made of: frozen, and closed to fields that the design does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Value):
    """Where a fact is said to be found; `published_on` where the source is dated."""

    title: Text
    url: Url
    published_on: Day | None = None
