"""How long the experiments go on: a bounded sample in `make test`, all of it in `make torture`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

import pytest

Thing = TypeVar("Thing")
Watch = Callable[[Iterable[Thing]], Iterator[Thing]]

_PARTS: Final = 10
"""Times that a long run says how far it is."""


@pytest.fixture(scope="session")
def torture() -> bool:
    """Whether this is the long run, which the environment asks for with TORTURE=1."""
    return os.environ.get("TORTURE", "") not in ("", "0")


@pytest.fixture
def watched(
    torture: bool, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> Callable[[Iterable[Thing], int], Iterator[Thing]]:
    """Things one by one, of so many; a long run says how far it is."""

    def watch(things: Iterable[Thing], total: int) -> Iterator[Thing]:
        for number, thing in enumerate(things, 1):
            yield thing
            if torture and (number == total or number % max(1, total // _PARTS) == 0):
                with capfd.disabled():
                    print(f"\n  {request.node.name}: {number} of {total}", end="", flush=True)  # noqa: T201

    return watch
