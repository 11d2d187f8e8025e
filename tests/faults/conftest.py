"""Experiments on what goes wrong: bounded in `make test`, and at length with `--torture` (`make torture`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

import pytest
from hypothesis import settings

Thing = TypeVar("Thing")
Watch = Callable[[Iterable[Thing], int], Iterator[Thing]]

_PARTS: Final = 10
"""Times that a long run says how far it is."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--torture", action="store_true", help="run the long form of the experiments in tests/faults")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--torture", default=False):
        settings.register_profile("torture", settings.get_profile("default"), max_examples=2_000)
        settings.load_profile("torture")


@pytest.fixture(scope="session")
def torture(request: pytest.FixtureRequest) -> bool:
    """Whether the long form is wanted."""
    return bool(request.config.getoption("--torture", default=False))


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
