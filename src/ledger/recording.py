"""Appending to a log: each fact is judged under the write lock, and all of an append is recorded or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from ledger.errors import BadInput, FaultyLines, LineFault, StoreInterrupted, UnknownName
from ledger.events.book import AlreadyRecorded
from ledger.events.kinds import Fact
from ledger.intake import Candidate, FactsOnDisk
from ledger.judging import Batch, guessed, in_order, judged
from ledger.ondisk import NotApart, by_shares
from ledger.store.appending import Appender
from ledger.store.forms import Progress
from ledger.store.ports import Log, Writer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one fact: where it stands, and whether it is `new` or was recorded before."""

    id: str
    position: int
    new: bool
    fact: Fact


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an import: counts of lines, and the lines that were `skipped` with the reason."""

    recorded: int
    already: int
    skipped: tuple[LineFault, ...]


_ATTEMPTS: Final = 5
"""How often a fact is judged, each time against the record as it is then, if the store is lost before it is in."""


def record(log: Log, writer: Writer, fact: Fact, *, by: str, dry_run: bool) -> Receipt:
    """Record one fact. Raises `Refused` or `BadInput` if it may not be, `StoreError` if it could not be."""
    _check_recorder(by)
    for _ in range(_ATTEMPTS - 1):
        with suppress(StoreInterrupted):
            return _record(log, writer, fact, by=by, dry_run=dry_run)
    return _record(log, writer, fact, by=by, dry_run=dry_run)


def _record(log: Log, writer: Writer, fact: Fact, *, by: str, dry_run: bool) -> Receipt:
    with _append(writer, dry_run=dry_run) as appender:
        before = appender.before
        try:
            ruling = before.book().judge(fact, before.position + 1, appender.recorded_at)
        except UnknownName as error:
            raise guessed(error, log.streams()) from None
        if isinstance(ruling, AlreadyRecorded):
            return Receipt(ruling.id, ruling.position, new=False, fact=fact)
        entry = appender.record(ruling, by)
        return Receipt(entry.id, entry.position, new=True, fact=entry.fact)


def import_facts(  # noqa: PLR0913 - what it needs of the ledger, and what was asked
    log: Log,
    writer: Writer,
    candidates: Iterable[Candidate | LineFault],
    *,
    by: str,
    dry_run: bool,
    progress: Progress,
) -> ImportReport:
    """Record many facts, each judged after those before it. Raises `FaultyLines` with every fault, or nothing."""
    _check_recorder(by)
    importing = partial(_import, log, writer, by=by, dry_run=dry_run, progress=progress)
    if isinstance(candidates, FactsOnDisk) and (shares := candidates.shared()):
        with suppress(NotApart):
            return importing(shares)
    return importing([candidates])


def _import(  # noqa: PLR0913 - as above
    log: Log,
    writer: Writer,
    shares: Sequence[Iterable[Candidate | LineFault]],
    *,
    by: str,
    dry_run: bool,
    progress: Progress,
) -> ImportReport:
    told, recorded = Batch(), 0
    with _append(writer, dry_run=dry_run) as appender:
        # What a server holds under its lock can be read on the connection that has the lock, and nowhere else.
        here = appender.log is not log
        work = partial(judged, log=appender.log, recorded_at=appender.recorded_at, by=by)
        with by_shares(shares, work, here=here) as ranges:
            for batches in ranges:
                if len(shares) > 1 and (here or not all(batch.clear for batch in batches)):
                    raise NotApart
                for batch in batches:
                    told.count(batch)
                if (rows := in_order(batches)) and not told.faults:
                    appender.insert(rows)
                recorded += len(rows)
                progress(sum(batch.lines for batch in batches))
        if told.faults:
            raise FaultyLines(told.faults)
    return ImportReport(recorded, told.already, tuple(told.skipped))


class _Abandoned(Exception):
    """Ends a dry run: the transaction is rolled back."""


@contextmanager
def _append(writer: Writer, *, dry_run: bool) -> Iterator[Appender]:
    try:
        with writer.appending() as appender:
            yield appender
            if dry_run:
                raise _Abandoned
    except _Abandoned:
        pass


def _check_recorder(by: str) -> None:
    if not by.strip() or not by.isprintable():
        raise BadInput("recorded_by is a name of printable characters: give --by, or set LEDGER_BY")
