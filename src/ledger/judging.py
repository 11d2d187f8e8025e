"""Judging many facts before they are recorded, each against all before it; another process can do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from ledger.errors import BadInput, LedgerError, LineFault, Superseded, UnknownName
from ledger.events.book import AlreadyRecorded
from ledger.events.bounds import MOST_FAULTS, TOO_MANY
from ledger.events.lifecycle import new
from ledger.events.lines import Entry
from ledger.events.times import format_time
from ledger.intake import Candidate
from ledger.store.appending import Precedents, Recorded, row_of
from ledger.store.bulk import uncollected
from ledger.store.forms import StreamRow

_BATCH: Final = 2_000
"""Candidates that are judged at a time: enough to be handed over fast, few enough to hold."""


@dataclass(slots=True)
class Batch:
    """What became of some lines: the rows that are recorded of them, and how they were judged otherwise."""

    rows: list[StreamRow] = field(default_factory=list)
    recorded: int = 0
    already: int = 0
    skipped: list[LineFault] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines that is."""
        return self.recorded + self.already + len(self.skipped) + len(self.faults)

    def add(self, other: Batch) -> None:
        """Count in what became of others; their rows are not kept."""
        self.recorded += other.recorded
        self.already += other.already
        self.skipped += other.skipped
        self.faults += other.faults


def judged(
    log: Recorded, candidates: Iterable[Candidate | LineFault], recorded_at: datetime, by: str
) -> Iterator[Batch]:
    """What becomes of each candidate after `log`, recorded at that time; some at a time, in their order.

    All faults are told, but for those beyond a number that nobody reads to the end.
    """
    judging = _Judging(log, recorded_at, by)
    coming = iter(candidates)
    with uncollected():
        while some := list(islice(coming, _BATCH)):
            batch = Batch()
            for candidate in some:
                if judging.faults >= MOST_FAULTS:
                    batch.faults.append(LineFault(candidate.line, BadInput(TOO_MANY)))
                    yield batch
                    return
                judging.take(candidate, batch)
            yield batch


class _Judging:
    def __init__(self, log: Recorded, recorded_at: datetime, by: str) -> None:
        before = Precedents(log)
        self._log = log
        self._book, self._position = before.book(), before.position
        self._recorded_at, self._by = recorded_at, by
        self._time = format_time(recorded_at)
        self.faults = 0

    def take(self, candidate: Candidate | LineFault, batch: Batch) -> None:
        """Judge one, and add to the batch what became of it."""
        if isinstance(candidate, LineFault):
            self._fault(candidate, batch)
            return
        line, fact, claimed_id = candidate
        position, at = self._position + 1, self._recorded_at
        try:
            ruling = self._book.judge(fact, position, at, claimed_id)
            if isinstance(ruling, AlreadyRecorded):
                batch.already += 1
                return
            row = row_of(ruling, self._time, self._by)
        except Superseded as error:
            batch.skipped.append(LineFault(line, error))
        except UnknownName as error:
            self._fault(LineFault(line, guessed(error, self._log.streams())), batch)
        except LedgerError as error:
            self._fault(LineFault(line, error), batch)
        else:
            self._position = position
            batch.recorded += 1
            batch.rows.append(row)
            self._book.add(new(Entry, (position, ruling.id, at, self._by, ruling.stated)), ruling.judged)

    def _fault(self, fault: LineFault, batch: Batch) -> None:
        self.faults += 1
        batch.faults.append(fault)


def guessed(error: UnknownName, streams: Iterable[str]) -> UnknownName:
    """The same error, with the names on record that may have been meant."""
    kind = error.what.removesuffix(" on record")
    if kind not in _LISTS:
        return error
    prefix = f"{kind}/"
    known = [stream.removeprefix(prefix) for stream in streams if stream.startswith(prefix)]
    return UnknownName(error.what, error.name, known, hint=error.hint or f"`ledger {_LISTS[kind]}` lists them")


_LISTS: Final = {"commitment": "status", "statement": "statements"}
