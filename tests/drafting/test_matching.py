"""Which commitment on record a pledge repeats: first in most cases, and among three in nearly all."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from ledger import Ledger
from ledger.drafting.matching import MOST, matches, names_in, stems
from tests.kit.process import Program

REWORDED: Final = Path(__file__).parent / "reworded.csv"


def test_pledges_in_other_words_find_their_commitment(shipped: Program) -> None:
    with REWORDED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with Ledger.open(shipped.folder / "ledger.db", clock=lambda: datetime.now(UTC)) as ledger:
        found = [
            [
                match.commitment
                for match in matches(
                    {"title": row["sentence"], "parties": row["parties"].split()},
                    row["sentence"],
                    ledger.resembling,
                )
            ]
            for row in rows
        ]
    first = sum(names[:1] == [row["repeats"]] for names, row in zip(found, rows, strict=True))
    three = sum(row["repeats"] in names for names, row in zip(found, rows, strict=True))
    assert first >= 0.8 * len(rows)
    assert three >= 0.95 * len(rows)


def test_a_pledge_of_something_else_scores_lower(shipped: Program) -> None:
    with Ledger.open(shipped.folder / "ledger.db", clock=lambda: datetime.now(UTC)) as ledger:
        said = "We reaffirm our commitment to the complete denuclearization of North Korea"
        other = "We will plant trees in our capitals"
        like, unlike = (
            matches({"title": words, "parties": ["JPN", "KOR", "USA"]}, words, ledger.resembling)
            for words in (said, other)
        )
    assert like[0].commitment == "dprk-denuclearization"
    assert like[0].score > 0.6 > max((match.score for match in unlike), default=0)


def test_who_pledges_counts(shipped: Program) -> None:
    words = "our commitment to defense"
    with Ledger.open(shipped.folder / "ledger.db", clock=lambda: datetime.now(UTC)) as ledger:
        alone, others = (
            {
                match.commitment: match.score
                for match in matches({"title": words, "parties": codes}, words, ledger.resembling)
            }
            for codes in (["USA"], ["JPN", "KOR"])
        )
    assert alone["us-defense-japan"] > others["us-defense-japan"]
    assert others["defense-deterrence"] > alone["defense-deterrence"]


def test_names_for_one_thing_are_one() -> None:
    assert names_in("sanctions on North Korea") == names_in("sanctions on the DPRK")
    assert "unclos" in stems("the law of the sea")


@given(st.text(max_size=300))
def test_whatever_is_said_is_searched_for_and_never_read_as_a_search(shipped: Program, words: str) -> None:
    with Ledger.open(shipped.folder / "ledger.db", clock=lambda: datetime.now(UTC)) as ledger:
        found = matches({"title": words}, words, ledger.resembling)
    assert len(found) <= MOST
    assert all(0 <= match.score <= 1 for match in found)
    assert found == sorted(found, key=lambda match: (-match.score, match.commitment))
