"""When a pledge falls due, as far as its own words say so (codebook, "Due")."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_MONTH: Final = rf"(?P<month>(?-i:{'|'.join(_MONTHS)}))"
"""Written large, as no other "may" or "march" is."""
_UNTIL: Final = (
    r"\b(?:by|before|in|on|within|until|no later than|not later than|during|(?=this|next|later|early|in))\s*"
    r"(?:the\s+)?(?:end\s+of\s+|course\s+of\s+|beginning\s+of\s+)?(?:the\s+)?(?:early|late|mid)?[\s-]*"
)
_SEASON_ENDS: Final = {"spring": 5, "summer": 8, "autumn": 11, "fall": 11}
"""The last month of a season (docs/methodology.md); that of winter is February."""
_WINTER_ENDS: Final = 2
_NUMBERS: Final = {
    word: n
    for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)  # noqa: SIM905
}
_DAYS: Final = {"day": 1, "week": 7}

_LATER: Final = r"(?P<later>this|next|the\s+coming|later\s+this)"


def due_in(words: str, on: date) -> date | None:
    """The day by which the words of a statement, issued `on` a day, say that a thing will be done, if they do.

    Of a month, a season or a year it is the last day. Only what lies ahead of the statement is a due date.
    """
    for pattern, of in _FORMS:
        for found in pattern.finditer(words):
            with suppress(ValueError, OverflowError):  # no such day, or none that a calendar has
                if (due := of(found, on)) >= on:
                    return due
    return None


def _on_day(found: re.Match[str], _: date) -> date:
    return date(int(found["year"]), _month(found), int(found["day"]))


def _on_day_ahead(found: re.Match[str], on: date) -> date:
    month = _month(found)
    return date(on.year + (month < on.month), month, int(found["last"] or found["day"]))


def _in_month(found: re.Match[str], on: date) -> date:
    month = _month(found)
    year = int(found["year"]) if found["year"] else on.year + (month < on.month)
    return _end_of(year, month)


def _in_season(found: re.Match[str], on: date) -> date:
    name = found["season"].lower()
    year = int(found["year"]) if found["year"] else on.year + ("next" in (found["later"] or "").lower())
    if name != "winter":
        return _end_of(year, _SEASON_ENDS[name])
    under_way = found["year"] is None and on.month <= _WINTER_ENDS
    return _end_of(year + (not under_way), _WINTER_ENDS)


def _in_year(found: re.Match[str], _: date) -> date:
    return date(int(found["year"]), 12, 31)


def _in_this_year(found: re.Match[str], on: date) -> date:
    return date(on.year + ("next" in found["later"].lower()), 12, 31)


def _within(found: re.Match[str], on: date) -> date:
    said = found["number"].lower()
    number, unit = _NUMBERS.get(said) or int(said), found["unit"].lower()
    if unit in _DAYS:
        return on + timedelta(days=number * _DAYS[unit])
    months = on.year * 12 + on.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _month(found: re.Match[str]) -> int:
    return _MONTHS.index(found["month"]) + 1


def _end_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


_YEAR: Final = r"(?P<year>20\d\d)"
_BY: Final = r"\b(?:by|before|on|until|no later than)\s+"
_DAY: Final = r"(?P<day>\d{1,2})"
_Reading = Callable[[re.Match[str], date], date]
_FORMS: Final[tuple[tuple[re.Pattern[str], _Reading], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), reading)
    for pattern, reading in (
        (
            rf"{_BY}{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b",
            _on_day,
        ),
        (
            rf"{_BY}{_DAY}(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}\b",
            _on_day,
        ),
        (
            rf"{_BY}{_MONTH}\s+{_DAY}(?:\s?[-–]\s?(?P<last>\d{{1,2}}))?(?!\d|,?\s+20)",
            _on_day_ahead,
        ),
        (rf"{_UNTIL}(?:next\s+)?{_MONTH}(?:\s+(?:of\s+)?{_YEAR})?(?!\s+\d)\b", _in_month),
        (
            rf"{_UNTIL}(?:{_LATER}\s+)?(?P<season>spring|summer|autumn|fall|winter)(?:\s+(?:of\s+)?{_YEAR})?\b",
            _in_season,
        ),
        (
            r"\bwithin\s+(?:the\s+(?:next|coming)\s+)?(?P<number>\d{1,2}|"
            + "|".join(_NUMBERS)
            + r")[\s-]+(?P<unit>day|week|month|year)s?\b",
            _within,
        ),
        (rf"\b(?:from|between)\s+20\d\d\s+(?:to|and|through)\s+{_YEAR}\b", _in_year),
        (rf"(?<!beginning )(?<!starting ){_UNTIL}(?:(?:first|second)\s+half\s+of\s+)?{_YEAR}\b", _in_year),
        (rf"{_UNTIL}{_LATER}\s+year\b", _in_this_year),
    )
)
