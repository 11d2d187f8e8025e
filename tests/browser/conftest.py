"""One browser for a session of tests, and pages in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.kit import Browse, Browsing, chromium
from tests.kit.harm import harmed
from tests.kit.ledgers import pact, shipped

__all__ = ["harmed", "pact", "shipped"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with chromium() as running:
        yield running


@pytest.fixture
def browse(browser: Browser) -> Iterator[Browse]:
    """Opens a page: `browse(url, color_scheme="dark")`."""
    browsing = Browsing(browser)
    yield browsing
    browsing.close()
