"""A new ledger from recorded lines, byte for byte, audited line by line as `verify` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from ledger.auditing import LineAudit
from ledger.errors import Finding, NotIntact
from ledger.events.bounds import MOST_FAULTS, TOO_MANY
from ledger.ondisk import RANGE, LinesOnDisk, NotApart, by_shares, concerns, needs_all
from ledger.store.bulk import uncollected
from ledger.store.forms import StreamRow
from ledger.store.opening import making


def create(
    location: str | Path, lines: Iterable[bytes] = (), readers: Sequence[str] = (), writers: Sequence[str] = ()
) -> None:
    """Make the ledger. Raises `StoreExists`, or `NotIntact` with every finding; then nothing is made.

    `readers` and `writers` are roles of a server, which are granted what each needs.
    """
    if isinstance(lines, LinesOnDisk) and (shares := lines.shared()):
        with suppress(NotApart):
            _create(location, shares, readers, writers)
            return
    _create(location, [lines], readers, writers)


def _create(
    location: str | Path, shares: Sequence[Iterable[bytes]], readers: Sequence[str], writers: Sequence[str]
) -> None:
    found: list[Finding] = []
    latest: datetime | None = None
    with making(location, readers, writers) as appender, by_shares(shares, audited) as ranges:
        for some in ranges:
            told = sorted(line for one in some for line in one.lines)
            found += [finding for one in some for finding in one.findings]
            times = [time for _, time, _ in told]
            if len(shares) > 1 and (found or not all(one.alone for one in some) or _runs_back(latest, times)):
                raise NotApart
            latest = times[-1] if times else latest
            if told and not found:
                appender.insert([row for _, _, row in told])
        if found:
            faults = "1 fault" if len(found) == 1 else f"{len(found)} faults"
            raise NotIntact(found, f"nothing was created: the lines have {faults}, each named with its line")


def _runs_back(latest: datetime | None, times: list[datetime]) -> bool:
    return any(after < before for before, after in pairwise([latest, *times] if latest else times))


@dataclass(slots=True)
class Audited:
    """What the audit made of a range of lines: (number, `recorded_at`, row) of each entry, and its findings."""

    lines: list[tuple[int, datetime, StreamRow]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    alone: bool = True
    """Whether it could be judged by what is in this share."""


def audited(lines: Iterable[bytes]) -> Iterator[Audited]:
    """What the audit makes of the lines of a log, or of a share of them; a range of lines at a time.

    Of a share, only whether it has findings can be relied on: what they are is to be asked of the whole.
    """
    share = lines.share if isinstance(lines, LinesOnDisk) else None
    numbered = lines.numbered() if isinstance(lines, LinesOnDisk) else enumerate(lines, 1)
    audit = LineAudit()
    versions: dict[str, int] = {}
    told, faults, end = Audited(), 0, RANGE
    with uncollected():
        for number, line in numbered:
            while number > end:
                yield told
                told, end = Audited(), end + RANGE
            entry, findings = audit.take(number, line)
            faults += len(findings)
            told.findings.extend(findings)
            if faults >= MOST_FAULTS:
                told.findings.append(Finding("lines", number, TOO_MANY))
                break
            if entry is None:
                continue
            fact = entry.fact
            commitment = fact.__dict__.get("commitment")
            told.alone &= not needs_all(fact)
            if concerns(commitment, share):
                stream = fact.stream
                version = versions[stream] = versions.get(stream, 0) + 1
                told.lines.append((number, entry.recorded_at, (stream, version, fact.kind, line)))
        yield told
