"""Takes the pictures of the documentation: `python -m tests.browser.pictures`. Look at them, then commit them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.browser.kit import PHONE, Browsing, chromium
from tests.kit.process import Program

IMAGES: Final = Path(__file__).parents[2] / "docs/images"
WIDE: Final = {"viewport": {"width": 1180, "height": 1330}}

TAKEN: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "report": (WIDE, ".masthead"),
    "report-dark": ({"viewport": {"width": 1000, "height": 420}, "color_scheme": "dark"}, "#c-defense-deterrence"),
    "report-phone": (PHONE, "#matrix"),
}
"""By name: how the browser is set, and what stands at the top of the picture."""


def main() -> None:
    """Take all of them, of the shipped record on a fixed day."""
    with TemporaryDirectory() as folder, chromium() as browser:
        program = Program(Path(folder))
        program("init", "--record", "brussels").ok()
        program("report", "--format", "html", "--as-of", "2026-08-01", "-o", "report.html").ok()
        browse = Browsing(browser)
        for name, (options, top) in TAKEN.items():
            page = browse((Path(folder) / "report.html").as_uri(), **options).page
            page.evaluate("top => document.querySelector(top).scrollIntoView({behavior: 'instant'})", top)
            page.screenshot(path=IMAGES / f"{name}.png")
        browse.close()


if __name__ == "__main__":
    main()
