"""Experiments on what goes wrong: bounded in `make test`, and at length with `--torture` (`make torture`)."""

from __future__ import annotations

import pytest
from hypothesis import settings


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
