"""Judging facts one after the other, each against all that was recorded before it (design, section 3).

A `Book` keeps the histories that it was asked about, and loads those it lacks through the functions it is
given; so the same judgement serves a single append, an import, a restore and the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.errors import IdMismatch, Superseded, UnknownName
from ledger.events import rules
from ledger.events.history import NO_TAILS, History, Tail, described_by, history_of
from ledger.events.identity import content_id
from ledger.events.kinds import (
    Amended,
    Assessed,
    Changes,
    DatedFact,
    Fact,
    Fulfilled,
    Lapsed,
    Made,
    Reaffirmed,
    Registered,
    Retracted,
    commitment_stream,
    statement_stream,
)
from ledger.events.lines import Entry, content_of
from ledger.events.statements import StatementHistory


@dataclass(frozen=True, slots=True)
class Accepted:
    """A fact that may be recorded, with its line's `content` as JSON values; `version` counts in its stream."""

    fact: Fact
    id: str
    version: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The same fact is in the log, and in force."""

    id: str
    position: int


class Book:
    """The record as far as judging needs it.

    `load` gives the entries of a stream in log order, as they were before the first was added here;
    `citing` the commitments that might then cite a statement.
    """

    def __init__(self, load: Callable[[str], Iterable[Entry]], citing: Callable[[str], Iterable[str]]) -> None:
        self._load = load
        self._citing = citing
        self._histories: dict[str, History] = {}
        self._statements: dict[str, StatementHistory] = {}
        self._cited_by: dict[str, set[str]] = {}
        self._judged: tuple[str, Mapping[str, Tail]] = ("", NO_TAILS)

    def history(self, commitment: str) -> History:
        """The history of a commitment; empty if nothing of it is recorded."""
        if (history := self._histories.get(commitment)) is None:
            history = history_of(commitment, self._load(commitment_stream(commitment)))
            self._histories[commitment] = history
        return history

    def statement(self, statement: str) -> StatementHistory:
        """The history of a statement; empty if nothing of it is recorded."""
        if (history := self._statements.get(statement)) is None:
            history = StatementHistory(statement)
            for entry in self._load(statement_stream(statement)):
                history.add(entry)
            self._statements[statement] = history
        return history

    def add(self, entry: Entry) -> None:
        """Take in an entry that was accepted and is recorded."""
        stream = self._stream_of(entry.fact)
        if not isinstance(stream, History):
            stream.add(entry)
            return
        event, tails = self._judged
        stream.add(entry, tails if event == entry.id else NO_TAILS)
        self._judged = "", NO_TAILS
        if (cited := stream.cites.get(entry.id)) is not None:
            self._cited_by.setdefault(cited, set()).add(stream.commitment)

    def judge(
        self, proposed: Fact, recorded_at: datetime, claimed_id: str | None = None
    ) -> Accepted | AlreadyRecorded:
        """Whether a fact may be recorded at a time. Raises `Refused`, or `IdMismatch` for a false claim."""
        fact = self._spelled_out(proposed)
        content = content_of(fact)
        event = content_id(content)
        if claimed_id is not None and claimed_id != event:
            raise IdMismatch(claimed_id, event, remedy="; without an id, the content is recorded as it stands")
        stream = self._stream_of(fact)
        if (position := stream.positions.get(event)) is not None:
            _check_in_force(event, position, stream)
            return AlreadyRecorded(event, position)
        rules.check_day(fact, recorded_at)
        self._judged = event, self._check(fact, event)
        return Accepted(fact, event, stream.version + 1, content)

    def _stream_of(self, fact: Fact) -> History | StatementHistory:
        if isinstance(fact, Registered):
            return self.statement(fact.statement)
        if isinstance(fact, Retracted) and fact.statement is not None:
            return self.statement(fact.statement)
        assert fact.commitment is not None
        return self.history(fact.commitment)

    def _spelled_out(self, fact: Fact) -> Fact:
        match fact:
            case Retracted():
                return fact
            case Amended():
                return fact.model_copy(update={"changes": _sorted_changes(fact.changes)})
            case Registered():
                parties = fact.parties
            case _:
                parties = fact.parties or self._implied_parties(fact)
        spelled_out = tuple(sorted(set(parties))) or None
        return fact if fact.parties == spelled_out else fact.model_copy(update={"parties": spelled_out})

    def _implied_parties(self, fact: DatedFact) -> tuple[str, ...]:
        description = self.history(fact.commitment).description()
        if description is None:
            return ()
        named = fact.statement if isinstance(fact, Made | Reaffirmed) else None
        if named is None or (registered := self.statement(named).in_force()) is None:
            return description.parties
        return tuple(party for party in description.parties if party in registered[2].parties)

    def _check(self, fact: Fact, event: str) -> Mapping[str, Tail]:
        match fact:
            case Made() | Reaffirmed() | Fulfilled() | Lapsed() | Assessed():
                return self._check_dated(fact, event)
            case Registered():
                rules.check_registration(fact, self.statement(fact.statement))
            case Amended():
                rules.check_amendment(fact, self._known(fact.commitment))
            case Retracted():
                self._check_retracted(fact)
        return NO_TAILS

    def _known(self, commitment: str) -> History:
        history = self.history(commitment)
        if history.first_description() is None:
            raise UnknownName("commitment on record", commitment)
        return history

    def _check_dated(self, fact: DatedFact, event: str) -> Mapping[str, Tail]:
        history = self.history(fact.commitment)
        description = history.description()
        if isinstance(fact, Made | Reaffirmed):
            rules.check_description(fact, description)
            description = description or described_by(fact)
            self._check_said(fact)
        if description is None:
            raise UnknownName("commitment on record", fact.commitment)
        rules.check_parties(fact, description.parties, fact.commitment)
        return rules.check_step(fact, event, history, description.nature)

    def _check_said(self, fact: Made | Reaffirmed) -> None:
        statement = None
        if fact.statement is not None:
            statement = self.statement(fact.statement)
            registered = statement.in_force()
            if registered is None:
                raise UnknownName("statement on record", fact.statement)
            rules.check_parties(fact, registered[2].parties, fact.statement)
        rules.check_quote(fact, statement)

    def _check_retracted(self, fact: Retracted) -> None:
        if fact.commitment is not None:
            history = self._known(fact.commitment)
            rules.check_retractable(fact, history)
            rules.check_retraction(fact, history)
            return
        assert fact.statement is not None
        statement = self.statement(fact.statement)
        if not statement.positions:
            raise UnknownName("statement on record", fact.statement)
        rules.check_retractable(fact, statement)
        names = self._cited_by.get(fact.statement, set()).union(self._citing(fact.statement))
        rules.check_uncited(fact.statement, map(self.history, sorted(names)))


def _sorted_changes(changes: Changes) -> Changes:
    if changes.parties is None:
        return changes
    return changes.model_copy(update={"parties": tuple(sorted(set(changes.parties)))})


def _check_in_force(event: str, position: int, stream: History | StatementHistory) -> None:
    if (retracted := stream.retractions.get(event)) is not None:
        raise Superseded(event, position, f"retracted (at position {retracted})")
    if isinstance(stream, History):
        amended = next((one for one in stream.amendments if one.id == event), None)
        later = [one for one in stream.amendments_in_force() if amended and one.position > amended.position]
        for one in later:
            if amended is not None and one.fields().keys() & amended.fields().keys():
                raise Superseded(event, position, f"restated (at position {one.position})")
