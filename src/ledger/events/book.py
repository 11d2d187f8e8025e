"""Judging facts one after the other, each against all that was recorded before it (design, section 3).

A `Book` keeps the histories that it was asked about, and loads those it lacks through the functions it is
given; so the same judgement serves a single append, an import, a restore and the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from ledger.errors import IdMismatch, Superseded, UnknownName
from ledger.events import rules
from ledger.events.history import History, Judged, described_by, history_of, moment_of
from ledger.events.identity import content_id
from ledger.events.kinds import (
    Changes,
    DatedFact,
    Fact,
    Made,
    Reaffirmed,
    Retracted,
    commitment_stream,
    statement_stream,
)
from ledger.events.lines import Entry, content_of
from ledger.events.statements import StatementHistory
from ledger.events.tuples import new
from ledger.events.vocabulary import DATED

Parties: TypeAlias = tuple[str, ...]

_SAID: Final = frozenset({"made", "reaffirmed"})


class Accepted(NamedTuple):
    """A fact that may be recorded, with its line's `content` as JSON values; `version` counts in its stream."""

    stated: Fact
    parties: Parties | None
    """As the line spells them out."""
    id: str
    stream: str
    version: int
    content: dict[str, Any]
    judged: Judged | None
    """For `Book.add`."""

    @property
    def fact(self) -> Fact:
        """The fact as it will be read back."""
        return _with_parties(self.stated, self.parties)


class AlreadyRecorded(NamedTuple):
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

    def histories(self) -> Iterator[History]:
        """The histories of all commitments that it was told of, by name."""
        return (self._histories[name] for name in sorted(self._histories) if self._histories[name].positions)

    def statements(self) -> Iterator[StatementHistory]:
        """The histories of all statements, likewise."""
        return (self._statements[name] for name in sorted(self._statements) if self._statements[name].positions)

    def last_day(self) -> str:
        """The last day on which anything happened that it was told of, retracted or not; nothing if none did."""
        days = (moment.day for history in self._histories.values() for moment in history.moments)
        issued = (one[2].occurred_on for statement in self._statements.values() for one in statement.registrations)
        return max((day.isoformat() for day in {*days, *issued}), default="")

    def retracted(self) -> dict[int, int]:
        """Where the retracted events stand, with where each was retracted."""
        streams: list[History | StatementHistory] = [*self._histories.values(), *self._statements.values()]
        return {one.positions[event]: at for one in streams for event, at in one.retractions.items()}

    def add(self, entry: Entry, judged: Judged | None = None) -> None:
        """Take in an entry that is recorded, with what judging it gave, if that went before."""
        fact = entry.fact
        stream = self._stream_of(fact)
        if isinstance(stream, StatementHistory):
            stream.add(entry)
            return
        stream.add(entry, judged)
        if (statement := fact.__dict__.get("statement")) is not None:
            self._cited_by.setdefault(statement, set()).add(stream.commitment)

    def judge(
        self, proposed: Fact, position: int, recorded_at: datetime, claimed_id: str | None = None
    ) -> Accepted | AlreadyRecorded:
        """Whether a fact may be recorded at a position, the next, and a time.

        Raises `Refused`, or `IdMismatch` for a false claim.
        """
        stream = self._stream_of(proposed)
        fact, parties = self._spelled_out(proposed, stream)
        content = content_of(fact, parties)
        event = content_id(content)
        if claimed_id is not None and claimed_id != event:
            raise IdMismatch(claimed_id, event, remedy="; without an id, the content is recorded as it stands")
        if (earlier := stream.positions.get(event)) is not None:
            return _again(event, earlier, stream)
        rules.check_day(fact, recorded_at)
        judged = self._check(fact, parties, position, event, stream)
        version = len(stream.positions) + 1
        return new(Accepted, (fact, parties, event, stream.name, version, content, judged))

    def check(self, entry: Entry) -> Judged | AlreadyRecorded | None:
        """Judge a fact as it is recorded, parties spelled out and under its own id; what `add` takes comes back.

        Raises `Refused` where the append path would have.
        """
        position, event, recorded_at, _, fact = entry
        stream = self._stream_of(fact)
        if (earlier := stream.positions.get(event)) is not None:
            return _again(event, earlier, stream)
        spelled_out, parties = self._spelled_out(fact, stream)
        if spelled_out is not fact or (parties and parties != fact.parties):  # type: ignore[union-attr]
            raise IdMismatch(event, content_id(content_of(spelled_out, parties)))
        rules.check_day(fact, recorded_at)
        return self._check(fact, parties, position, event, stream)

    def _stream_of(self, fact: Fact) -> History | StatementHistory:
        given = fact.__dict__  # by way of the class, each attribute of a model takes as long as a call
        if (commitment := given.get("commitment")) is not None:
            return self._histories.get(commitment) or self.history(commitment)
        return self.statement(given["statement"])

    def _spelled_out(self, fact: Fact, stream: History | StatementHistory) -> tuple[Fact, Parties | None]:
        given = fact.__dict__
        if (parties := given.get("parties")) is not None:
            ordered = _in_order(parties)
            if isinstance(stream, StatementHistory) and ordered != parties:
                return fact.restated(parties=ordered), ordered  # it is kept, and asked who its parties are
            return fact, ordered
        if given["kind"] in DATED:
            assert isinstance(stream, History)
            return fact, self._implied_parties(given, stream)
        if fact.kind == "amended" and (changes := _sorted_changes(fact.changes)) != fact.changes:
            return fact.restated(changes=changes), None
        return fact, None

    def _implied_parties(self, given: Mapping[str, Any], history: History) -> Parties:
        description = history.description()
        if description is None:
            return ()
        named = given.get("statement")
        if named is None or (registered := self.statement(named).in_force()) is None:
            return description.parties
        return tuple(party for party in description.parties if party in registered[2].parties)

    def _check(
        self,
        fact: Fact,
        parties: Parties | None,
        position: int,
        event: str,
        stream: History | StatementHistory,
    ) -> Judged | None:
        if isinstance(stream, History) and fact.__dict__["kind"] in DATED:
            return self._check_dated(fact, parties or (), position, event, stream)  # type: ignore[arg-type]
        if fact.kind == "retracted":
            self._check_retracted(fact)
        elif fact.kind == "amended":
            rules.check_amendment(fact, self._known(fact.commitment))
        else:
            assert fact.kind == "registered" and isinstance(stream, StatementHistory)
            rules.check_registration(fact, stream)
        return None

    def _known(self, commitment: str) -> History:
        history = self.history(commitment)
        if history.first_description() is None:
            raise UnknownName("commitment on record", commitment)
        return history

    def _check_dated(
        self, fact: DatedFact, parties: Parties, position: int, event: str, history: History
    ) -> Judged:
        description = history.description()
        if fact.__dict__["kind"] in _SAID:
            rules.check_description(fact, parties, description)  # type: ignore[arg-type]
            description = description or described_by(fact, parties)
            self._check_said(fact, parties)  # type: ignore[arg-type]
        if description is None:
            raise UnknownName("commitment on record", fact.commitment)
        rules.check_parties(fact, parties, description.parties)
        return rules.check_step(moment_of(fact, parties, position, event), history, description.nature)

    def _check_said(self, fact: Made | Reaffirmed, parties: Parties) -> None:
        statement = None
        if (named := fact.statement) is not None:
            statement = self.statement(named)
            registered = statement.in_force()
            if registered is None:
                raise UnknownName("statement on record", named)
            rules.check_parties(fact, parties, registered[2].parties, named)
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


@lru_cache(maxsize=2**12)  # the same few go together, again and again
def _in_order(parties: Parties) -> Parties:
    return tuple(sorted(set(parties)))


def _with_parties(fact: Fact, parties: Parties | None) -> Fact:
    return fact.restated(parties=parties) if parties and fact.__dict__["parties"] != parties else fact


def _sorted_changes(changes: Changes) -> Changes:
    if changes.parties is None:
        return changes
    return changes.restated(parties=tuple(sorted(set(changes.parties))))


def _again(event: str, position: int, stream: History | StatementHistory) -> AlreadyRecorded:
    if (retracted := stream.retractions.get(event)) is not None:
        raise Superseded(event, position, f"retracted (at position {retracted})")
    if isinstance(stream, History):
        amended = next((one for one in stream.amendments if one.id == event), None)
        later = [one for one in stream.amendments_in_force() if amended and one.position > amended.position]
        for one in later:
            if amended is not None and one.fields().keys() & amended.fields().keys():
                raise Superseded(event, position, f"restated (at position {one.position})")
    return AlreadyRecorded(event, position)
