"""Options that several commands have, and the reading of what people type for them."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final

import typer

from ledger.errors import BadInput
from ledger.projections.rows import Difference, Effect, StatusRow
from ledger.reader import Known
from ledger.reports.rows import Format

MOST: Final = 2**63 - 1
"""The highest position that a log can have: what SQLite takes for a number."""


def known(text: str) -> Known:
    """K as people type it: digits are a log position, a date is its end in UTC, a time needs its zone."""
    try:
        if text.isdecimal():
            return int(text)
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"{text[:60]!r} is neither a position like 17, nor a day like 2025-06-01, nor a time like "
            "2025-06-01T12:00Z"
        ) from None
    if moment.tzinfo is None:
        raise BadInput(f"{text!r} does not say in which zone; write {text}Z for UTC")
    return moment


def codes(text: str | None) -> list[str] | None:
    """Country codes as people type them, by commas or spaces; in capitals."""
    return None if text is None else text.upper().replace(",", " ").split()


def among(what: str, asked: list[str] | None, words: tuple[str, ...]) -> list[str]:
    """The words that were asked for, each one of `words`. Raises `BadInput`."""
    for word in asked or ():
        if word not in words:
            raise BadInput(f"{word!r} is no {what}; it is one of {', '.join(words)}")
    return asked or []


def names(row: type[StatusRow | Effect | Difference]) -> list[str]:
    """The fields of a row, in order."""
    return [field.name for field in fields(row)]


def given(**values: Any) -> dict[str, Any]:
    """Only what was given: on a line, what is not given is absent."""
    return {name: value for name, value in values.items() if value is not None}


def example(*commands: str) -> str:
    """What help ends with: commands as people type them, folded where an option begins."""
    shown = ["\b", "Example:" if len(commands) == 1 else "Examples:"]
    for command in commands:
        line = "  ledger"
        for part in re.split(r" (?=--)", command):
            if len(line) + len(part) > 74:
                shown.append(f"{line} \\")
                line = "     "
            line += f" {part}"
        shown.append(line)
    return "\n".join(shown)


FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are shown.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="What was true on that day (default: today).", show_default=False),
]
KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="TIME|POSITION",
        help="What the ledger knew then: a time, a day (its end, UTC), or a log position (default: now).",
        show_default=False,
    ),
]
ByOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Who records this (default: LEDGER_BY, else the login name).",
        show_default=False,
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Judge it, and record nothing.")]
