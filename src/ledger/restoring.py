"""A new ledger from recorded lines, byte for byte: each is read and judged as it was when it was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from ledger.errors import FaultyLines, LedgerError, LineFault, Refused
from ledger.events.book import AlreadyRecorded, Book
from ledger.events.lines import decode
from ledger.store.appending import Appender
from ledger.store.creating import creating


def create(path: Path, lines: Iterable[bytes] = ()) -> None:
    """Make the ledger. Raises `StoreExists`, or `FaultyLines` with every line at fault; then nothing is made."""
    with creating(path) as log, log.appending(lambda: datetime.min.replace(tzinfo=UTC)) as appender:
        if faults := _restore(appender, lines):
            raise FaultyLines(faults)


def _restore(appender: Appender, lines: Iterable[bytes]) -> list[LineFault]:
    book = Book(lambda _: (), lambda _: ())
    faults: list[LineFault] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for number, line in enumerate(lines, 1):
        try:
            entry = decode(line, appender.position + 1)
            if entry.recorded_at < latest:
                raise Refused(f"recorded_at: {entry.recorded_at} is before the line above it")
            latest = entry.recorded_at
            ruling = book.judge(entry.fact, entry.recorded_at, entry.id)
            if isinstance(ruling, AlreadyRecorded):
                raise Refused(f"this is the same fact as line {ruling.position}")
            appender.keep(entry, ruling.version, line)
            book.add(entry)
        except LedgerError as error:
            faults.append(LineFault(number, error))
    return faults
