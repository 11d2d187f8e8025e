"""Appending to a log: each fact is judged under the write lock, and all of an append is recorded or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from ledger.errors import (
    BadInput,
    FaultyLines,
    LedgerError,
    LineFault,
    StoreInterrupted,
    Superseded,
    UnknownName,
)
from ledger.events.book import AlreadyRecorded, Book
from ledger.events.bounds import MOST_FAULTS, TOO_MANY
from ledger.events.kinds import Fact
from ledger.intake import Candidate
from ledger.store.appending import Appender
from ledger.store.bulk import uncollected
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
    with _append(writer, dry_run=dry_run) as (appender, book):
        try:
            ruling = book.judge(fact, appender.position + 1, appender.recorded_at)
        except UnknownName as error:
            raise _guessed(error, log) from None
        if isinstance(ruling, AlreadyRecorded):
            return Receipt(ruling.id, ruling.position, new=False, fact=fact)
        entry = appender.record(ruling, by)
        return Receipt(entry.id, entry.position, new=True, fact=entry.fact)


def import_facts(
    log: Log, writer: Writer, candidates: Iterable[Candidate | LineFault], *, by: str, dry_run: bool
) -> ImportReport:
    """Record many facts, each judged after those before it. Raises `FaultyLines` with every fault, or nothing."""
    _check_recorder(by)
    recorded = already = 0
    skipped: list[LineFault] = []
    faults: list[LineFault] = []
    with _append(writer, dry_run=dry_run) as (appender, book), uncollected():
        for candidate in candidates:
            if len(faults) >= MOST_FAULTS:
                faults.append(LineFault(candidate.line, BadInput(TOO_MANY)))
                break
            if isinstance(candidate, LineFault):
                faults.append(candidate)
                continue
            try:
                ruling = book.judge(
                    candidate.fact, appender.position + 1, appender.recorded_at, candidate.claimed_id
                )
            except Superseded as error:
                skipped.append(LineFault(candidate.line, error))
            except LedgerError as error:
                told = _guessed(error, log) if isinstance(error, UnknownName) else error
                faults.append(LineFault(candidate.line, told))
            else:
                if isinstance(ruling, AlreadyRecorded):
                    already += 1
                else:
                    recorded += 1
                    book.add(appender.record(ruling, by), ruling.judged)
        if faults:
            raise FaultyLines(faults)
    return ImportReport(recorded, already, tuple(skipped))


class _Abandoned(Exception):
    """Ends a dry run: the transaction is rolled back."""


@contextmanager
def _append(writer: Writer, *, dry_run: bool) -> Iterator[tuple[Appender, Book]]:
    try:
        with writer.appending() as appender:
            yield appender, Book(appender.entries, appender.citing)
            if dry_run:
                raise _Abandoned
    except _Abandoned:
        pass


def _check_recorder(by: str) -> None:
    if not by.strip() or not by.isprintable():
        raise BadInput("recorded_by is a name of printable characters: give --by, or set LEDGER_BY")


def _guessed(error: UnknownName, log: Log) -> UnknownName:
    kind = error.what.removesuffix(" on record")
    if kind not in ("commitment", "statement"):
        return error
    prefix = f"{kind}/"
    known = [stream.removeprefix(prefix) for stream in log.streams() if stream.startswith(prefix)]
    return UnknownName(error.what, error.name, known, hint=error.hint or f"`ledger {_LISTS[kind]}` lists them")


_LISTS = {"commitment": "status", "statement": "statements"}
