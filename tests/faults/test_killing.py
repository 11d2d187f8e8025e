"""Appenders that are killed at any moment: what they acknowledged is recorded, and at most one fact more."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from ledger import Ledger
from tests.conftest import Ticking

TOGETHER: Final = 3
ROUNDS: Final = 4
ROUNDS_OF_TORTURE: Final = 334
"""A thousand kills."""


def test_what_was_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path, torture: bool) -> None:
    path = tmp_path / "ledger.db"
    Ledger.create(path, clock=Ticking()).close()
    chance = random.Random(8)
    acknowledged: dict[str, int] = {}
    for number in range(ROUNDS_OF_TORTURE if torture else ROUNDS):
        acknowledged |= killed(path, [f"r{number}-{one}" for one in "abc"[:TOGETHER]], chance)
        check(path, acknowledged)
    assert sum(acknowledged.values()) > 0, "none was ever recorded: the experiment shows nothing"


def killed(path: Path, names: list[str], chance: random.Random) -> dict[str, int]:
    """How many facts each of these appenders acknowledged before it was killed."""
    command = [sys.executable, "-m", "tests.faults.appender", str(path)]
    appenders = {name: subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in names}
    told = {}
    for process in appenders.values():
        assert process.stdout is not None
        process.stdout.readline()  # it is at work; from now on any moment may be its last
    for name, process in appenders.items():
        time.sleep(chance.random() * 0.02)
        process.kill()
        said, _ = process.communicate()
        told[name] = 1 + said.count(b"\n")
    return told


def check(path: Path, acknowledged: dict[str, int]) -> None:
    with Ledger.open(path, clock=Ticking()) as ledger:
        assert not ledger.audit().findings
        stored = [one.commitment for one in ledger.commitments()]
        assert len(stored) == ledger.size(), "the views have caught up, each fact is there once"
        for name, count in acknowledged.items():
            own = sum(one.startswith(f"{name}-") for one in stored)
            assert count <= own <= count + 1, name
