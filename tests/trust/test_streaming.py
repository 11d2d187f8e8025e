"""A long log is read as it is judged: what is held is what was folded, and never the lines.

The measure is the peak of traced memory, which is the same on every run; nothing here looks at a clock. An audit
does keep what it folds (ids, days, parties; 32 bytes for the root of each perfect subtree), so its memory grows
with the number of events. What is shown is that it does not grow with their bytes. The comparison of the views is
left out of it: it replays into a database in batches, and what a batch holds is bounded by their size.
"""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.auditing import audit
from ledger.store.log import SQLiteLog
from tests.trust.scene import Scene, clock, enveloped, forged

KIB = 1024


def peak(work: Callable[[], object]) -> int:
    """The most memory, in bytes, that was held at once, above what was held before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def of_lines(folder: Path, count: int) -> Path:
    """A ledger file of so many rows of 1 KiB, put in past the program, which judges nothing here."""
    path = folder / f"{count}.db"
    Ledger.create(path, clock=clock).close()
    with closing(sqlite3.connect(path)) as log, log:
        rows = ((number, 1, "made", b"%01024d" % number) for number in range(count))
        log.executemany("INSERT INTO stored_events VALUES ('commitment/' || ?, ?, ?, ?)", rows)
    return path


def export(ledger: Ledger) -> int:
    return sum(len(line) for line in ledger.export())


@pytest.mark.parametrize("work", [export, Ledger.checkpoint])
def test_export_and_checkpoint_hold_no_more_of_a_long_log_than_of_a_short_one(
    tmp_path: Path, work: Callable[[Ledger], object]
) -> None:
    peaks: dict[int, int] = {}
    for count in (1_000, 6_000):
        with Ledger.open(of_lines(tmp_path, count), clock=clock) as ledger:
            work(ledger)  # what is loaded once is loaded before
            peaks[count] = peak(lambda: work(ledger))
    assert peaks[6_000] < peaks[1_000] + 64 * KIB, peaks  # of 5 MiB more


def test_an_audit_holds_what_it_folds_and_not_the_lines(untouched: Scene, tmp_path: Path) -> None:
    lines = untouched.lines()
    first, assessed = lines[8], lines[19]
    peaks: dict[int, int] = {}
    for length in (10, 8_000):
        path = tmp_path / f"{length}.db"
        notes = (f"{number} {'x' * length}" for number in range(300))
        events = (enveloped(forged(assessed, note=note), recorded_by="tester") for note in notes)
        Ledger.create(path, clock=clock, lines=[first, *events]).close()
        with closing(SQLiteLog(path)) as log:
            assert audit(log, None).findings == ()
            peaks[length] = peak(lambda: audit(log, None))
    assert peaks[8_000] < peaks[10] + 300 * KIB, peaks  # of 2.3 MiB more
