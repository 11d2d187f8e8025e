"""A new ledger from recorded lines, byte for byte, audited line by line as `verify` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ledger.auditing import LineAudit
from ledger.errors import Finding, NotIntact
from ledger.events.bounds import MOST_FAULTS, TOO_MANY
from ledger.store.appending import Appender
from ledger.store.opening import making


def create(
    location: str | Path, lines: Iterable[bytes] = (), readers: Sequence[str] = (), writers: Sequence[str] = ()
) -> None:
    """Make the ledger. Raises `StoreExists`, or `NotIntact` with every finding; then nothing is made.

    `readers` and `writers` are roles of a server, which are granted what each needs.
    """
    with making(location, readers, writers) as appender:
        if findings := _restore(appender, lines):
            faults = "1 fault" if len(findings) == 1 else f"{len(findings)} faults"
            raise NotIntact(findings, f"nothing was created: the lines have {faults}, each named with its line")


def _restore(appender: Appender, lines: Iterable[bytes]) -> list[Finding]:
    audit = LineAudit()
    versions: dict[str, int] = {}
    found: list[Finding] = []
    for number, line in enumerate(lines, 1):
        entry, findings = audit.take(number, line)
        found += findings
        if len(found) >= MOST_FAULTS:
            return [*found, Finding("lines", number, TOO_MANY)]
        if entry is not None and not found:
            version = versions[entry.fact.stream] = versions.get(entry.fact.stream, 0) + 1
            appender.keep(entry, version, line)
    return found
