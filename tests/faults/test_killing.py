"""Appenders say what was acknowledged, and are killed at random: nothing of it is lost, nothing is half there."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from ledger import Ledger
from ledger.intake import Candidate
from tests.conftest import Ticking
from tests.faults.conftest import Watch
from tests.kit.facts import made, reaffirmed

AT_ONCE: Final = 4
"""Appenders that run side by side; all but the first record several events together."""
TOGETHER: Final = 3
ROUND: Final = 20
"""Kills of one ledger, which is then looked at as a whole."""
LONGEST: Final = 0.25
"""Seconds that one lives at most."""


def told(name: str, turn: int, number: int) -> str:
    """The note that tells an event from all others."""
    return f"{name}, turn {turn}, {number}"


def append(path: Path, name: str, together: int, acknowledge: Connection) -> None:
    """Record for ever, and say so after each commit. Some of it on views that are asked, some not."""
    with Ledger.open(path, clock=lambda: datetime.now(UTC)) as ledger:
        turn = 0
        while True:
            facts = [reaffirmed(note=told(name, turn, number)) for number in range(together)]
            if together == 1:
                ledger.record(facts[0], by=name)
            else:
                ledger.import_facts((Candidate(n, fact) for n, fact in enumerate(facts, 1)), by=name)
            os.write(acknowledge.fileno(), b"+")
            turn += 1
            if turn % 3 == 0:
                ledger.status(as_of=date.max)


@dataclass
class Appender:
    """One that was started; `acknowledged` is how often it said that something is recorded."""

    name: str
    together: int
    process: BaseProcess
    hears: Connection
    acknowledged: int = 0

    def kill(self) -> None:
        """It has no time for anything; what it said before is counted."""
        self.process.kill()
        self.process.join()
        assert self.process.exitcode == -9, "it came to an end by itself"
        while said := os.read(self.hears.fileno(), 65536):
            self.acknowledged += len(said)
        self.hears.close()


def started(path: Path, name: str, together: int) -> Appender:
    context = multiprocessing.get_context("forkserver")
    hears, says = context.Pipe(duplex=False)
    process = context.Process(target=append, args=(path, name, together, says))
    process.start()
    says.close()
    return Appender(name, together, process, hears)


def killed(path: Path, moments: random.Random, kills: int) -> Iterator[Appender]:
    """Appenders after their death; there are always several, and another takes the place of each."""
    living = [started(path, f"appender-{number}", 1 if number == 0 else TOGETHER) for number in range(AT_ONCE)]
    for number in range(AT_ONCE, AT_ONCE + kills):
        time.sleep(moments.uniform(0, LONGEST / AT_ONCE))
        victim = living.pop(0)
        victim.kill()
        yield victim
        if number < kills:
            living.append(started(path, f"appender-{number}", victim.together))


def test_killed_at_random(tmp_path: Path, torture: bool, watched: Watch[int]) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.conftest", "ledger.recording", "ledger.store.views.refresh"])
    kills, moments = (1_000 if torture else ROUND), random.Random(20250403)
    acknowledged = 0
    for number in watched(range(kills // ROUND), kills // ROUND):
        path = tmp_path / f"ledger-{number}.db"
        with Ledger.create(path, clock=Ticking()) as ledger:
            ledger.record(made(), by="tester")
        dead = list(killed(path, moments, ROUND))
        assert len(dead) == ROUND
        acknowledged += check(path, dead)
    assert acknowledged > kills, "they lived too short to tell anything"


def check(path: Path, dead: list[Appender]) -> int:
    """What is there is what each said, and at most one more that it had no time to say; returns how many."""
    with Ledger.open(path, clock=Ticking()) as ledger:
        assert ledger.audit().findings == ()
        entries = ledger.entries()
        stored: Counter[str] = Counter(entry.recorded_by for entry in entries)
        for one in dead:
            turns, rest = divmod(stored.pop(one.name, 0), one.together)
            assert rest == 0, f"{one.name}: a part of an import"
            assert one.acknowledged <= turns <= one.acknowledged + 1, one.name
            notes = [entry.fact.note for entry in entries if entry.recorded_by == one.name]
            assert notes == [told(one.name, t, n) for t in range(turns) for n in range(one.together)]
        assert stored == {"tester": 1}
        position = ledger.record(made("next"), by="tester").position
        assert position == len(entries) + 1
        assert len(ledger.log()) == position, "the views catch up"
        assert ledger.audit().findings == ()
    return sum(one.acknowledged for one in dead)
