"""Days as people write them, and transaction time as lines do (design, section 4): UTC, microseconds and `Z`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from ledger.errors import BadInput

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=2**16)  # there are few days, which then share one object each, and many facts
def parse_day(text: str) -> date:
    """A valid-time day, written YYYY-MM-DD and in no other of ISO 8601's forms. Raises `BadInput`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput(f"{text!r} is not a date like 2025-04-03")


def utc(moment: datetime) -> datetime:
    """A time in any zone as UTC; what lies hours beyond either end of the calendar there is that end."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == 1 else _LAST


def format_time(moment: datetime) -> str:
    """A time in any zone as lines write it, always 27 characters, so that text order is time order."""
    return utc(moment).isoformat(timespec="microseconds").replace("+00:00", "Z")


@lru_cache(maxsize=4096)  # what is recorded together shares one
def parse_time(text: str) -> datetime:
    """The time that a line writes. Raises `BadInput` unless it is written as `format_time` does."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and format_time(moment) == text:
            return moment
    except (ValueError, OverflowError):
        pass
    raise BadInput(f"recorded_at: {text!r} is not a time like 2026-11-23T09:00:00.000000Z")
