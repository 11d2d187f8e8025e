"""Judging many facts before they are recorded, each against all before it; another process can do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ledger.errors import BadInput, LedgerError, LineFault, Superseded, UnknownName
from ledger.events.book import AlreadyRecorded
from ledger.events.bounds import MOST_FAULTS, TOO_MANY
from ledger.events.kinds import Fact
from ledger.events.lines import Entry
from ledger.events.times import format_time
from ledger.events.tuples import new
from ledger.intake import Candidate, FactsOnDisk
from ledger.ondisk import RANGE, concerns, needs_all
from ledger.store.appending import Precedents, Recorded, row_of
from ledger.store.bulk import uncollected
from ledger.store.forms import StreamRow


@dataclass(slots=True)
class Batch:
    """What became of a range of lines: the rows that are recorded of them, and how they were judged otherwise."""

    rows: list[StreamRow] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """The line that each row comes from."""
    already: int = 0
    skipped: list[LineFault] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    alone: bool = True
    """Whether it could be judged by what is in this share."""

    def count(self, other: Batch) -> None:
        """Count in what else became of other lines; their rows are not kept."""
        self.already += other.already
        self.skipped += other.skipped
        self.faults += other.faults

    @property
    def lines(self) -> int:
        """How many lines it tells of."""
        return len(self.rows) + self.already + len(self.skipped) + len(self.faults)

    @property
    def clear(self) -> bool:
        """Whether all that is to be said of the lines has been, though only a share was looked at."""
        return self.alone and not self.skipped and not self.faults


def judged(
    candidates: Iterable[Candidate | LineFault], *, log: Recorded, recorded_at: datetime, by: str
) -> Iterator[Batch]:
    """What becomes of each candidate after `log`, recorded at that time; a range of lines at a time.

    All faults are told, but for those beyond a number that nobody reads to the end. Of a share, positions are not
    known, and so whatever it has to say in words is to be asked of the whole.
    """
    share = candidates.share if isinstance(candidates, FactsOnDisk) else None
    judging = _Judging(log, recorded_at, by, share)
    batch, end = Batch(), RANGE
    with uncollected():
        for candidate in candidates:
            line = candidate.line
            while line > end:
                yield batch
                batch = Batch()
                end = end + RANGE if share is not None else line + RANGE
            if judging.faults >= MOST_FAULTS:
                batch.faults.append(LineFault(line, BadInput(TOO_MANY)))
                break
            judging.take(candidate, batch)
        yield batch


def in_order(batches: Sequence[Batch]) -> list[StreamRow]:
    """The rows of one range of lines, which are spread over shares, in the order of the lines."""
    if len(batches) == 1:
        return batches[0].rows
    numbered = [pair for batch in batches for pair in zip(batch.numbers, batch.rows, strict=True)]
    return [row for _, row in sorted(numbered)]


class _Judging:
    def __init__(self, log: Recorded, recorded_at: datetime, by: str, share: int | None) -> None:
        before = Precedents(log)
        self._log, self._share = log, share
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
        own = True if self._share is None else self._is_own(fact, batch)
        if own is None:
            return
        position, at = self._position + 1, self._recorded_at
        try:
            ruling = self._book.judge(fact, position, at, claimed_id)
            if isinstance(ruling, AlreadyRecorded):
                batch.already += own
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
            self._book.add(new(Entry, (position, ruling.id, at, self._by, ruling.stated)), ruling.judged)
            if own:
                batch.rows.append(row)
                batch.numbers.append(line)

    def _is_own(self, fact: Fact, batch: Batch) -> bool | None:
        """Whether to tell of a fact; None if it is of no concern here."""
        commitment = fact.__dict__.get("commitment")
        batch.alone &= not needs_all(fact)
        own = concerns(commitment, self._share)
        return own if own or commitment is None else None

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
