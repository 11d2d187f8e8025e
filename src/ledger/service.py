"""`Ledger`: the one place where the parts are put together, and the Python interface to all of them.

    from datetime import UTC, date, datetime
    from ledger import Ledger

    with Ledger.open("ledger.db", clock=lambda: datetime.now(UTC)) as ledger:
        for row in ledger.status(as_of=date(2025, 6, 1)):
            print(row.commitment, row.country, row.status)

Time is an argument throughout: no default here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ledger.errors import CHECKS, Refused
from ledger.reader import Known, Reader
from ledger.store.forms import Clock, Line
from ledger.store.opening import open_log
from ledger.store.ports import Log, Writer
from ledger.store.views.queries import LogFilter, StatusFilter

if TYPE_CHECKING:
    from ledger.auditing import Audit, IntactLines
    from ledger.errors import LineFault, StoreError
    from ledger.events.kinds import Fact
    from ledger.intake import Candidate
    from ledger.projections.report import Report
    from ledger.recording import ImportReport, Receipt
    from ledger.trust.checkpoint import Checkpoint


class Ledger(Reader):
    """One record: all that can be asked of it (`Reader`), appending to it, and whether it is intact."""

    def __init__(self, log: Log, clock: Clock) -> None:
        """Use `open` or `create`."""
        super().__init__(log)
        self._clock = clock
        self._writer: Writer | None = None

    @classmethod
    def open(cls, location: str | Path, *, clock: Clock, offline: bool = False) -> Self:
        """The ledger at a path, or at the URL of a server. Raises `StoreError`, `BadInput`.

        `clock` tells the UTC time of appends to a file; a server has its own. `offline` answers from what was
        read of a server before.
        """
        return cls(open_log(location, offline=offline), clock)

    @classmethod
    def create(
        cls,
        location: str | Path,
        *,
        clock: Clock,
        lines: Iterable[bytes] = (),
        readers: Sequence[str] = (),
        writers: Sequence[str] = (),
    ) -> Self:
        """A new ledger at a path or URL, from recorded lines if any are given, byte for byte.

        `readers` and `writers` are roles of the server, which are granted what each needs. Raises `StoreExists`
        if a ledger is there, `NotIntact` with every finding; then nothing is made.
        """
        from ledger.restoring import create  # noqa: PLC0415 - what only reads loads no library

        create(location, lines, readers, writers)
        return cls.open(location, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        if self._writer is not None:
            self._writer.close()
        super().close()

    # Appending

    def record(self, fact: Fact, *, by: str, dry_run: bool = False) -> Receipt:
        """Record a fact, or say that it is recorded already. Raises `Refused`, `BadInput`, `StoreError`."""
        from ledger.recording import record  # noqa: PLC0415

        return record(self._log, self._writing(), fact, by=by, dry_run=dry_run)

    def import_facts(
        self, candidates: Iterable[Candidate | LineFault], *, by: str, dry_run: bool = False
    ) -> ImportReport:
        """Record many facts (see `ledger.intake.read`), all or none. Raises `FaultyLines` with every fault."""
        from ledger.recording import import_facts  # noqa: PLC0415

        return import_facts(self._log, self._writing(), candidates, by=by, dry_run=dry_run, progress=self.progress)

    def follow(
        self, wanted: LogFilter | None = None, lost: Callable[[StoreError], None] | None = None
    ) -> Iterator[list[Line]]:
        """The lines that are wanted, and then what is recorded, as it comes. See `ledger.following`."""
        from ledger.following import follow  # noqa: PLC0415 - rarely needed

        return follow(self, self._log, wanted or LogFilter(), lost or (lambda _: None))

    def _writing(self) -> Writer:
        if self._writer is None:
            self._writer = self._log.writer(self._clock)
        return self._writer

    # The log, and whether it is intact

    def export(self, *, after: int = 0) -> Iterator[bytes]:
        """The lines in log order, from the one after a position; the bytes as they are stored."""
        return (line.state for line in self._log.lines(after))

    def intact(self, *, after: int = 0) -> IntactLines:
        """The same as far as the record is intact. See `ledger.auditing`."""
        from ledger.auditing import IntactLines  # noqa: PLC0415

        return IntactLines(self._log, after)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """What the record was at `size` lines (now, if not given). Raises `Refused` of an empty record."""
        from ledger.trust.checkpoint import Checkpoint, origin_of  # noqa: PLC0415
        from ledger.trust.merkle import GrowingTree, leaf_hash  # noqa: PLC0415

        tree, origin = GrowingTree(), ""
        for line in self._log.lines(0, size):
            leaf = leaf_hash(line.state)
            origin = origin or origin_of(leaf)
            tree.append(leaf)
        if not origin:
            raise Refused("an empty ledger has no checkpoint; record something first")
        return Checkpoint(origin, tree.size, tree.root())

    def leaf_hashes(self, size: int | None = None) -> list[bytes]:
        """The leaf hashes of the first `size` lines (all, if not given), for proofs: 32 bytes each."""
        from ledger.trust.merkle import leaf_hash  # noqa: PLC0415

        return [leaf_hash(line.state) for line in self._log.lines(0, size)]

    def audit(self, checkpoints: Sequence[Checkpoint] = (), only: Collection[str] = ()) -> Audit:
        """Is the record intact? All checks, or those named in `only`. See `ledger.auditing`."""
        from ledger.auditing import audit  # noqa: PLC0415

        return audit(self._log, self._log.views(), checkpoints, only=only or CHECKS, progress=self.progress)

    def report(
        self, *, as_of: date, known_at: Known = None, countries: Collection[str] = (), since: date | None = None
    ) -> Report:
        """All that a status report tells of these countries (all, if none are named) at (D, K)."""
        from ledger.projections.differences import differences  # noqa: PLC0415
        from ledger.projections.report import Report  # noqa: PLC0415

        wanted = StatusFilter(countries=countries)
        with self._current():
            known = self.position(known_at)
            rows = self.status(as_of=as_of, known_at=known_at, wanted=wanted)
            earlier = self.status(as_of=since, known_at=known_at, wanted=wanted) if since else []
            names = sorted({row.commitment for row in rows})
            return Report(
                as_of=as_of,
                known=known,
                countries=tuple(sorted({row.country for row in rows})),
                rows=rows,
                dossiers=self.dossiers(as_of=as_of, known_at=known_at, commitments=names),
                statements={
                    name: one
                    for name, one in self.registered(known_at=known_at).items()
                    if one.occurred_on <= as_of
                },
                since=since,
                changes=differences(earlier, rows) if since else None,
                size=self.position(None),
                checkpoint=self.checkpoint(known) if known else None,
            )
