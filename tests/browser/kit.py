"""A real browser: Debian's Chromium driven by Playwright, and axe-core inside the pages that it shows.

What is missing on a machine is said in words, and its tests skip; in continuous integration (`CI=true`) they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE: Final = Path(__file__).parent / "node_modules/axe-core/axe.min.js"

FLAGS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
"""A browser that runs anywhere, as root too, and that asks nobody anything on its own account."""

SERIOUS: Final = ("serious", "critical")

PHONE: Final = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
"""The narrowest phone that a page must fit."""


def missing(what: str, remedy: str) -> None:
    """Skip this test for want of something, or fail it where nothing may be wanting."""
    said = f"{what} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    pytest.skip(said)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, while the block runs."""
    program = shutil.which("chromium")
    if program is None:
        missing("chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that was opened: what it asked of the network (`requests`), and of what the console complained."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """The serious violations of accessibility that axe-core finds, one line each: the rule and where."""
        if not AXE.exists():
            missing("axe-core", "make browser")
        # Through the debugger, not a script element: a strict content security policy stays in force.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']}: {node['target']} {node.get('failureSummary', '')}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]

    def overflows(self) -> int:
        """By how many pixels the page is wider than the window; without a meta viewport it is on a phone."""
        assert self.page.viewport_size is not None
        return int(self.page.evaluate("document.documentElement.scrollWidth")) - self.page.viewport_size["width"]


class Browsing:
    """Opens pages in contexts of their own, and closes them all in the end."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __call__(self, url: str, **options: Any) -> Visit:
        """The page at an address; `options` are those of Playwright's contexts, such as `color_scheme`."""
        context = self._browser.new_context(**options)
        self._contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on(
            "console",
            lambda said: visit.complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        visit.page.goto(url)
        return visit

    def close(self) -> None:
        """Close what was opened."""
        for context in self._contexts:
            context.close()


Browse = Callable[..., Visit]
