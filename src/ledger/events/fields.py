"""The forms that an event's fields take (design, section 4).

Nothing here alters what it is given: a value is taken as it stands, or refused. What is stored, hashed and
shown is then what was said.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ledger.errors import BadInput
from ledger.events.countries import COUNTRY_NAMES
from ledger.events.times import parse_day


def _listed(code: str) -> str:
    if code not in COUNTRY_NAMES:
        raise ValueError(f"{code!r} is not a country code of ISO 3166-1 alpha-3, like JPN")
    return code


Country = Annotated[str, AfterValidator(_listed)]

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
"""What people type: lower-case letters and digits, joined by single hyphens."""

Text = Annotated[str, Field(pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
"""Words: more than white space, and no NUL, which databases cut strings at."""

Url = Annotated[str, Field(pattern=r"^https?://[^\s/?#<>\"\x00-\x1f]+[^\s<>\"\x00-\x1f]*$", max_length=4000)]
EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


def _day(written: object) -> object:
    # pydantic alone would also take digits for seconds since 1970, and a time at midnight for a date.
    if not isinstance(written, str):
        return written
    try:
        return parse_day(written)
    except BadInput:
        raise PydanticCustomError("date_parsing", "not a date") from None


Day = Annotated[date, BeforeValidator(_day)]
"""A valid-time day (ISO 8601, `YYYY-MM-DD`)."""
Parties = Annotated[tuple[Country, ...], Field(min_length=1)]
Paragraph = Annotated[int, Field(ge=1, le=2**53 - 1)]  # what RFC 8785 can write of a whole number
Score = Annotated[int, Field(ge=-1, le=1)]


class Value(BaseModel):
    """Base of all that an event is made of: frozen, and closed to fields that the design does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def restated(self, **values: object) -> Self:
        """The same with other values, which are valid, in some fields; in half the time of `model_copy`."""
        other = type(self).__new__(type(self))
        object.__setattr__(other, "__dict__", self.__dict__ | values)
        object.__setattr__(other, "__pydantic_fields_set__", self.__pydantic_fields_set__ | values.keys())
        object.__setattr__(other, "__pydantic_extra__", None)
        object.__setattr__(other, "__pydantic_private__", None)
        return other


class Source(Value):
    """Where a fact is said to be found; `published_on` where the source is dated."""

    title: Text
    url: Url
    published_on: Day | None = None
