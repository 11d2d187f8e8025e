"""Given facts, when another is proposed, then it is recorded, known, or refused: by the pure rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ledger.errors import LedgerError
from ledger.events.book import Accepted, AlreadyRecorded, Book
from ledger.events.kinds import Fact
from ledger.events.lines import Entry
from ledger.projections.rows import StatusRow
from ledger.projections.standings import status_rows
from tests.kit.facts import NOW


class PlainLog:
    """The record as a plain list: the model that the real one is held against."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.book = Book(self._load, lambda _: ())

    def _load(self, stream: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.fact.stream == stream)

    def propose(self, fact: Fact, at: datetime | None = None) -> Accepted | AlreadyRecorded:
        """Judge a fact, and record it if it is new. Time goes on by a second an entry."""
        at = at or NOW + timedelta(seconds=len(self.entries))
        ruling = self.book.judge(fact, len(self.entries) + 1, at)
        if isinstance(ruling, Accepted):
            entry = Entry(len(self.entries) + 1, ruling.id, at, "tester", ruling.fact)
            self.entries.append(entry)
            self.book.add(entry, ruling.judged)
        return ruling

    def status(self, as_of: date = date.max, known: int | None = None) -> list[StatusRow]:
        names = dict.fromkeys(getattr(entry.fact, "commitment", None) for entry in self.entries)
        return list(status_rows([self.book.history(name) for name in names if name], as_of=as_of, known=known))


class Then:
    """What came of the proposal."""

    def __init__(self, log: PlainLog, before: int, outcome: Accepted | AlreadyRecorded | LedgerError) -> None:
        self.log, self._before, self.outcome = log, before, outcome

    def recorded(self) -> Then:
        assert isinstance(self.outcome, Accepted), self.outcome
        assert len(self.log.entries) == self._before + 1
        return self

    def already_recorded(self, position: int) -> Then:
        assert isinstance(self.outcome, AlreadyRecorded), self.outcome
        assert self.outcome.position == position
        assert len(self.log.entries) == self._before
        return self

    def refused(self, kind: type[LedgerError], *words: str) -> Then:
        """Refused so, with these words in the message, and nothing left behind."""
        assert isinstance(self.outcome, kind), self.outcome
        for word in words:
            assert word in str(self.outcome), f"{word!r} is not said in: {self.outcome}"
        assert len(self.log.entries) == self._before
        return self

    def statuses(self, **countries: str | None) -> Then:
        """How these countries stand at the end of their timelines, commitment by commitment in one word."""
        found = {row.country: row.status for row in self.log.status()}
        assert {country: found.get(country) for country in countries} == countries
        return self


class Given:
    """The facts that are on record before."""

    def __init__(self, *facts: Fact) -> None:
        self.log = PlainLog()
        for fact in facts:
            assert isinstance(self.log.propose(fact), Accepted), f"not accepted as given: {fact}"

    def when(self, fact: Fact, at: datetime | None = None) -> Then:
        before = len(self.log.entries)
        try:
            return Then(self.log, before, self.log.propose(fact, at))
        except LedgerError as error:
            return Then(self.log, before, error)

    def id_of(self, position: int) -> str:
        return self.log.entries[position - 1].id


def given(*facts: Fact) -> Given:
    return Given(*facts)
