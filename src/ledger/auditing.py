"""Is the record intact? Named checks over the log, line by line, and over the views (design, section 7).

An audit tells all that it finds, and does not stop at the first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ledger.comparing import beside, compared
from ledger.errors import CHECKS, Finding, LedgerError, StoreError
from ledger.events.book import AlreadyRecorded, Book
from ledger.events.kinds import Fact, statement_stream
from ledger.events.lines import Entry, decode
from ledger.events.times import format_time
from ledger.store.bulk import uncollected
from ledger.store.forms import Row
from ledger.store.ports import Log
from ledger.trust.checkpoint import Checkpoint, origin_of
from ledger.trust.merkle import GrowingTree, leaf_hash

_STEP: Final = 1_000
_NOT_COMPARED: Final = Finding("views", None, "not compared with a replay: the log itself is at fault")


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to: its findings, and what the record is if they are none."""

    findings: tuple[Finding, ...]
    checkpoint: Checkpoint | None


class LineAudit:
    """Judges lines one after the other, as the append path did when they were recorded."""

    def __init__(self) -> None:
        self.book = Book(lambda _: (), lambda _: ())
        self._latest: datetime | None = None
        self._spoiled: set[str] = set()

    def take(self, position: int, line: bytes) -> tuple[Entry | None, Sequence[Finding]]:
        """The entry that a line states, if it does, and what is wrong with it."""
        try:
            entry = decode(line, position)
        except LedgerError as error:
            return None, [Finding("lines", position, f"the line is not what was recorded: {error}")]
        timed, judged = self._timed(entry), self._judged(entry)
        return entry, [one for one in (timed, judged) if one] if timed or judged else ()

    def spoil(self, stream: object) -> None:
        """Judge no more of a stream of which something could not be read: what follows would be blamed for it."""
        self._spoiled.add(str(stream))

    def _timed(self, entry: Entry) -> Finding | None:
        if self._latest is None or entry.recorded_at >= self._latest:
            self._latest = entry.recorded_at
            return None
        said = f"recorded_at runs backwards: {format_time(entry.recorded_at)} after {format_time(self._latest)}"
        return Finding("times", entry.position, said)

    def _judged(self, entry: Entry) -> Finding | None:
        if self._spoiled and self._is_spoiled(entry.fact):
            self.book.add(entry)
            return None
        try:
            ruling = self.book.check(entry)
        except LedgerError as error:
            self.book.add(entry)
            return Finding("timelines", entry.position, f"the rules would have refused this: {error}")
        if isinstance(ruling, AlreadyRecorded):
            said = f"the same fact is recorded twice: it stands at position {ruling.position} already"
            return Finding("timelines", entry.position, said)
        self.book.add(entry, ruling)
        return None

    def _is_spoiled(self, fact: Fact) -> bool:
        named = getattr(fact, "statement", None)
        return not self._spoiled.isdisjoint({fact.stream, statement_stream(str(named))})


def audit(
    log: Log,
    views: Path | None,
    checkpoints: Sequence[Checkpoint] = (),
    only: Collection[str] = CHECKS,
    progress: Callable[[int], None] = lambda _: None,
) -> Audit:
    """Run the checks named in `only`; `views` is where the views are, None to leave them out."""
    findings = [*_readable(_database(log)), *_readable(_schema(log))]
    reading = _Reading({one.size for one in checkpoints}, progress)
    compare = views if "views" in only else None
    with uncollected(), beside(log, compare) if compare else nullcontext() as begun:
        findings += _readable(reading.of(log))
        origin, tree = reading.origin, reading.tree
        if compare:
            book = reading.rows.lines.book
            findings += [_NOT_COMPARED] if findings else compared(log, compare, book, tree.size, begun)
    for point in checkpoints:
        findings += _against(point, origin, tree.size, reading.roots)
    wanted = [one for one in findings if one.check in only]
    reached = Checkpoint(origin, tree.size, tree.root()) if origin else None
    return Audit(tuple(sorted(wanted, key=lambda one: CHECKS.index(one.check))), reached)


class IntactLines:
    """The lines of a log from its first, for as long as they pass the audit; iterate once, then see why it ended.

    `count` is how many passed, those up to `after` with them, which are judged and not handed out. `findings` is
    what ended them: nothing, if that was the end of a sound log.
    """

    def __init__(self, log: Log, after: int = 0) -> None:
        self._log, self._after = log, after
        self.count = 0
        self.findings: list[Finding] = []

    def __iter__(self) -> Iterator[bytes]:
        rows = _Rows()
        try:
            for expected, row in enumerate(self._log.rows(), 1):
                self.findings += rows.take(expected, row)
                if self.findings:
                    return
                self.count = expected
                if expected > self._after:
                    yield _bytes_of(row.state)
        except StoreError as error:
            self.findings.append(_unreadable(error))
        else:
            # A page that lost count of its rows reads as if they had never been.
            self.findings += _readable(_database(self._log))

    def left_out(self) -> int | None:
        """How many lines follow those that passed, as far as the file can tell."""
        try:
            head = self._log.head()
        except StoreError:
            return None
        return max(head.position - self.count, 0) if head else 0


class _Reading:
    """One pass over the rows: their findings, and the tree over their lines with its roots at some sizes."""

    def __init__(self, sizes: Collection[int], progress: Callable[[int], None]) -> None:
        self._sizes, self._progress = sizes, progress
        self.tree = GrowingTree()
        self.rows = _Rows()
        self.origin: str | None = None
        self.roots: dict[int, bytes] = {}

    def of(self, log: Log) -> Iterator[Finding]:
        """The findings, as the rows are read."""
        for count, row in enumerate(log.rows(), 1):
            yield from self.rows.take(count, row)
            leaf = leaf_hash(_bytes_of(row.state))
            self.origin = self.origin or origin_of(leaf)
            self.tree.append(leaf)
            if self.tree.size in self._sizes:
                self.roots[self.tree.size] = self.tree.root()
            if not count % _STEP:
                self._progress(_STEP)


def _readable(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings as far as the file can be read; what can't be read is one more."""
    try:
        yield from findings
    except StoreError as error:
        yield _unreadable(error)


def _unreadable(error: StoreError) -> Finding:
    return Finding("database", None, f"the log could not be read to its end: {error}")


def _bytes_of(state: object) -> bytes:
    return state if isinstance(state, bytes) else str(state).encode(errors="surrogatepass")


def _database(log: Log) -> Iterator[Finding]:
    for said in log.integrity():
        yield Finding("database", None, said)


def _schema(log: Log) -> Iterator[Finding]:
    found, expected = log.schema(), log.expected_schema()
    for name in expected.keys() - found.keys():
        yield Finding("schema", None, f"{name} is missing: the log is not guarded against being changed")
    for name in found.keys() - expected.keys():
        yield Finding("schema", None, f"{name} is no part of a ledger: something was added to it")
    for name in sorted(expected.keys() & found.keys()):
        if found[name] != expected[name]:
            yield Finding("schema", None, f"{name} is not as it was made: its definition was changed")


class _Rows:
    """Checks what stands around the lines, and the lines by `LineAudit`."""

    def __init__(self) -> None:
        self.lines = LineAudit()
        self._versions: dict[object, int] = {}

    def take(self, expected: int, row: Row) -> Iterator[Finding]:
        position, stream, version, kind, state = row
        if position != expected:
            said = f"position {expected} was expected: a row was taken out, put in or moved before this one"
            yield Finding("positions", position, said)
        if version != (due := self._versions.get(stream, 0) + 1):
            said = f"version {version} of {stream} stands where {due} was expected"
            yield Finding("versions", position, f"{said}: a gap, or a change of order")
        self._versions[stream] = version if isinstance(version, int) else due
        if not isinstance(state, bytes):
            yield Finding("lines", position, "the line is not stored as bytes: it was written by another program")
            self.lines.spoil(stream)
            return
        entry, findings = self.lines.take(position, state)
        yield from findings
        if entry is None:
            self.lines.spoil(stream)
        elif (stream, kind) != (entry.fact.stream, entry.fact.kind):
            said = f"the line is of {entry.fact.stream} and {entry.fact.kind}, its row of {stream} and {kind}"
            yield Finding("lines", position, f"{said}: the two were not recorded together")


def _against(point: Checkpoint, origin: str | None, size: int, roots: dict[int, bytes]) -> Iterator[Finding]:
    if origin != point.origin:
        said = (
            f"the checkpoint is of {point.origin}, this record is {origin or 'empty'}: its first line is another"
        )
        yield Finding("checkpoints", None, said)
    elif size < point.size:
        said = f"{point.size} lines were checkpointed and {size} are here: the end of the record was cut off"
        yield Finding("checkpoints", None, said)
    elif point.size and roots.get(point.size) != point.root:
        said = (
            f"the first {point.size} lines are not those that were checkpointed: one of them was changed, or "
            "this is a copy that went its own way before"
        )
        yield Finding("checkpoints", None, said)
