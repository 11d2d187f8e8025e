"""Everything that the ledger refuses, in one tree.

    LedgerError
    ├── BadInput                 it cannot be read: not an event, not a date, not a file of lines
    │   ├── FaultyLines          several lines of one import, each with its fault
    │   └── IdMismatch           a line whose id is not the digest of its content
    ├── Refused                  it can be read, and the rules forbid it
    │   ├── IllegalTransition    the lifecycle has no such step
    │   ├── UnknownName          no such commitment, statement, party, theme or event on record
    │   ├── Superseded           said before, and voided or restated since
    │   └── FutureFact           a day to come
    ├── StoreError               the store is missing, busy or broken
    │   ├── StoreMissing
    │   ├── StoreAway            no server can be reached
    │   ├── StoreBusy
    │   ├── StoreExists
    │   └── StoreInterrupted     it was lost on the way
    └── NotIntact                an audit has findings, and what was asked needs that it has none

Each carries the values it speaks of, and its message is one sentence: what was refused, why, and what
would be accepted. The command line maps the families to exit codes 2, 3, 4 and 1 (design, section 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final


class LedgerError(Exception):
    """Base of all that the ledger raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        # As it was made: Exception's own way would call the class with the message for its values.
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[LedgerError], args: tuple[object, ...]) -> LedgerError:
    return kind.__new__(kind, *args)


class BadInput(LedgerError):
    """What was given cannot be read as what it should be."""


class IdMismatch(BadInput):
    """A line states an id that is not the digest of its content (design, section 4)."""

    def __init__(self, given: str, computed: str, *, remedy: str = "") -> None:
        self.given, self.computed = given, computed
        super().__init__(
            f"the id {given} is not the digest of this content, which is {computed}: one of the two was changed"
            f"{remedy}"
        )


@dataclass(frozen=True, slots=True)
class LineFault:
    """One fault of an import: the line it stands on (from 1), and what is wrong."""

    line: int
    error: LedgerError


class FaultyLines(BadInput):
    """An import that was refused as a whole; `faults` has every fault, in line order."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        super().__init__(
            f"nothing was imported: {count} {'line is' if count == 1 else 'lines are'} at fault; "
            "mend what is listed and import the file again"
        )

    @property
    def unreadable(self) -> bool:
        """Whether any line does not parse, as opposed to being refused by the rules."""
        return any(isinstance(fault.error, BadInput) for fault in self.faults)


class Refused(LedgerError):
    """The rules of the record forbid what was asked."""


class IllegalTransition(Refused):
    """The lifecycle (design, section 3) has no such step for this country.

    `before` is the status it would follow (None: nothing yet), `day` the event's own day; `cause` opens the
    message where it is not the new entry that is out of order, but an older one beside it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the values of one sentence
        self,
        commitment: str,
        country: str,
        before: str | None,
        event: str,
        day: object,
        rule: str,
        cause: str = "",
    ) -> None:
        self.commitment, self.country, self.before, self.event = commitment, country, before, event
        super().__init__(
            f"{cause}{commitment} cannot be {event} for {country} on {day}, where it "
            f"{f'is {before}' if before else 'has no status yet'}: {rule}"
        )


class UnknownName(Refused):
    """A name that the record does not hold; `known` are the names it does, `hint` what to do otherwise."""

    def __init__(self, what: str, name: str, known: Iterable[str] = (), *, hint: str = "") -> None:
        self.what, self.name, self.hint = what, name, hint
        close = get_close_matches(name, list(known), n=3, cutoff=0.6)
        guess = f"did you mean {' or '.join(close)}?" if close else hint
        super().__init__(f"{name} is no {what}" + (f"; {guess}" if guess else ""))


class Superseded(Refused):
    """The same content was recorded before, and has been retracted or restated since."""

    def __init__(self, event: str, position: int, fate: str) -> None:
        self.event, self.position = event, position
        super().__init__(
            f"this was recorded before as {event} at position {position} and {fate} since; "
            "if it is meant anew, say what is new in its note or reason"
        )


class FutureFact(Refused):
    """A fact that has not happened anywhere on earth yet (design, section 2)."""

    def __init__(self, day: object, latest: object) -> None:
        self.day = day
        super().__init__(f"{day} is yet to come; a fact is dated {latest} or before")


class StoreError(LedgerError):
    """The store cannot do what was asked of it."""


class StoreMissing(StoreError):
    """There is no ledger where one was looked for."""


class StoreAway(StoreError):
    """The server cannot be reached."""


class StoreBusy(StoreError):
    """Another process holds the store for longer than we wait."""


class StoreExists(StoreError):
    """A new ledger was to be made where something already is."""


class StoreInterrupted(StoreError):
    """The store was lost on the way, and nothing was recorded: it may be tried again."""


CHECKS: Final = (
    "database",
    "schema",
    "positions",
    "lines",
    "versions",
    "times",
    "timelines",
    "views",
    "checkpoints",
)
"""The checks of an audit, in the order in which findings are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit found: by which check, at which log position (None: at none), and what it means."""

    check: str
    position: int | None
    said: str


class NotIntact(LedgerError):
    """Lines that were to be relied on do not pass the audit; `findings` has every finding."""

    def __init__(self, findings: Sequence[Finding], said: str) -> None:
        self.findings = tuple(findings)
        super().__init__(said)
