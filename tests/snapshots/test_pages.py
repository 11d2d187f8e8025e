"""The pages that people read, as they are read in a terminal of 80 cells, letter by letter.

When a page is meant to change, look at it, and then write it anew with `pytest tests/snapshots --snapshot-update`.
"""

from __future__ import annotations

import re
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.kit.process import Program

LATER: Final = ("--as-of", "2026-01-31")

OF_THE_PACT: Final = {
    "status": ("status", *LATER),
    "status, as markdown": ("status", *LATER, "--format", "markdown"),
    "status, as csv": ("status", *LATER, "--format", "csv"),
    "status, as json": ("status", "KOR", *LATER, "--format", "json"),
    "status, as a matrix": ("status", "--matrix", *LATER),
    "status, as a matrix in markdown": ("status", "--matrix", *LATER, "--format", "markdown"),
    "status, overdue": ("status", *LATER, "--overdue"),
    "log": ("log",),
    "log, as markdown": (
        "log",
        "--since",
        "2025-04-01",
        "--kind",
        "fulfilled",
        "--kind",
        "assessed",
        "--format",
        "markdown",
    ),
    "log, as csv": ("log", "--commitment", "nursery", "--format", "csv"),
    "log, as json": ("log", "--commitment", "nursery", "--format", "json"),
    "show a commitment": ("show", "trees", *LATER),
    "show an overdue commitment": ("show", "seed-bank", *LATER),
    "show what was restated": ("show", "nursery", *LATER),
    "show a statement": ("show", "pact"),
    "replay": ("replay",),
    "diff": ("diff", "2025-01-31", "2025-12-02"),
    "diff, as markdown": ("diff", "2025-01-31", "2025-12-02", "--format", "markdown"),
    "diff of knowledge": ("diff", "--known", "20", "26"),
    "statements": ("statements",),
    "report": ("report", *LATER, "--since", "2025-04-01"),
    "report, as csv": ("report", *LATER, "--format", "csv"),
    "report, as json": ("report", *LATER, "--since", "2025-04-01", "--format", "json"),
    "report of one country, as it was known": ("report", "USA", "--as-of", "2025-11-30", "--known-at", "21"),
}

OF_THE_SHIPPED_RECORD: Final = {
    "status": ("status", "--as-of", "2026-08-01"),
    "status, as a matrix": ("status", "--matrix", "--as-of", "2026-08-01"),
    "replay": ("replay", "--to", "30"),
    "show a commitment": ("show", "youth-summit-2025", "--as-of", "2026-08-01"),
    "diff": ("diff", "2025-07-01", "2025-07-31"),
    "statements": ("statements",),
}


@pytest.mark.parametrize("page", OF_THE_PACT)
def test_pages_of_a_small_record(pact: Program, page: str, snapshot: SnapshotAssertion) -> None:
    assert pact(*OF_THE_PACT[page]).ok() == snapshot


def test_the_page_of_a_small_record(pact: Program, snapshot: SnapshotAssertion) -> None:
    """Its words and its markup; style, script and pictures are looked at in a browser."""
    page = pact("report", *LATER, "--since", "2025-04-01", "--format", "html").ok()
    for cut in (
        r"(<(?:style|script)>).*?(?=</)",
        r"(</desc>|<symbol[^>]*>).*?(?=</svg>|</symbol>)",
        r"(sha256-)[A-Za-z0-9+/=]*",
    ):
        page = re.sub(cut, r"\1…", page, flags=re.DOTALL)
    assert page == snapshot


@pytest.mark.parametrize("page", OF_THE_SHIPPED_RECORD)
def test_pages_of_the_shipped_record(shipped: Program, page: str, snapshot: SnapshotAssertion) -> None:
    assert shipped(*OF_THE_SHIPPED_RECORD[page]).ok() == snapshot
