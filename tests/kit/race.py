"""Processes that do the same thing at the same moment, each with a Python of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

_SECONDS = 60
"""How long the runners wait for each other before the race is called off."""

_start: Barrier | None = None


def race(run: Callable[[int, Path], Result], path: Path, runners: int = 8) -> list[Result]:
    """What `run(number, path)` returned in each of so many processes. What one of them raised is raised here.

    `run` is a function of a module, so that they can find it. All of them are there before the first may run.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.conftest", "ledger.restoring", "ledger.recording"])  # once for all
    with ProcessPoolExecutor(runners, context, _take_place, (context.Barrier(runners),)) as pool:
        return [future.result() for future in [pool.submit(_wait, run, number, path) for number in range(runners)]]


def _take_place(start: Barrier) -> None:
    global _start  # noqa: PLW0603 - a process of the pool has one race to run
    _start = start


def _wait(run: Callable[[int, Path], Result], number: int, path: Path) -> Result:
    # Whoever waits here takes no second turn, so each process of the pool runs once.
    assert _start is not None
    _start.wait(_SECONDS)
    return run(number, path)
