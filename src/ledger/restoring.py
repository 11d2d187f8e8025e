"""A new ledger from recorded lines, byte for byte, audited line by line as `verify` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from ledger.auditing import LineAudit
from ledger.errors import Finding, NotIntact
from ledger.events.bounds import MOST_FAULTS, TOO_MANY
from ledger.ondisk import LinesOnDisk
from ledger.store.aside import aside
from ledger.store.bulk import uncollected
from ledger.store.forms import StreamRow
from ledger.store.opening import making

_BATCH: Final = 2_000


def create(
    location: str | Path, lines: Iterable[bytes] = (), readers: Sequence[str] = (), writers: Sequence[str] = ()
) -> None:
    """Make the ledger. Raises `StoreExists`, or `NotIntact` with every finding; then nothing is made.

    `readers` and `writers` are roles of a server, which are granted what each needs.
    """
    found: list[Finding] = []
    many = lines.lines if isinstance(lines, LinesOnDisk) else 0
    with making(location, readers, writers) as appender, aside(many, audited, lines) as batches:
        for rows, findings in batches:
            if rows:
                appender.insert(rows)
            found += findings
        if found:
            faults = "1 fault" if len(found) == 1 else f"{len(found)} faults"
            raise NotIntact(found, f"nothing was created: the lines have {faults}, each named with its line")


def audited(lines: Iterable[bytes]) -> Iterator[tuple[list[StreamRow], list[Finding]]]:
    """The rows of a log with these lines, some at a time, and what is wrong with them; no rows after that."""
    audit = LineAudit()
    versions: dict[str, int] = {}
    faults = number = 0
    coming = iter(lines)
    with uncollected():
        while some := list(islice(coming, _BATCH)):
            rows: list[StreamRow] = []
            found: list[Finding] = []
            for number, line in enumerate(some, number + 1):  # noqa: B020
                entry, findings = audit.take(number, line)
                found += findings
                if faults + len(found) >= MOST_FAULTS:
                    yield [], [*found, Finding("lines", number, TOO_MANY)]
                    return
                if entry is not None and not found:
                    stream = entry.fact.stream
                    version = versions[stream] = versions.get(stream, 0) + 1
                    rows.append((stream, version, entry.fact.kind, line))
            faults += len(found)
            yield rows if not faults else [], found
