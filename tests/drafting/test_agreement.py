"""The drafter's verdicts held against codings by hand: sentences of the genre, and the shipped statement."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest

from ledger.drafting.clauses import Reader
from ledger.drafting.lexicon import lexicon
from ledger.drafting.outside import outside
from ledger.drafting.parties import Signatories
from ledger.drafting.sentences import sentences
from ledger.drafting.verdicts import Judge
from tests.kit.ledgers import shipped_text

HERE: Final = Path(__file__).parent
CODINGS: Final = HERE.parents[1] / "docs" / "coding"
VERDICTS: Final = ("pledge", "no pledge")
PARTIES: Final = ["JPN", "KOR", "USA"]


def judged(sentence: str, text: str) -> str:
    words = lexicon()
    clauses = Reader(Signatories(PARTIES, text, words), words).read(sentence)
    return Judge(words, frozenset(PARTIES), outside(PARTIES, words)).judge(sentence, clauses).word


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["genre.csv", "genre2.csv", "genre3.csv"])
def test_sentences_of_the_genre_are_judged_as_by_hand(name: str) -> None:
    rows = rows_of(HERE / name)
    wrong = [row["sentence"] for row in rows if row["verdict"] != judged(row["sentence"], row["sentence"])]
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_the_shipped_statement_is_judged_as_by_hand() -> None:
    text = shipped_text()
    first = [row for row in rows_of(CODINGS / "brussels-2025-04-03.csv") if row["coder"] == "A"]
    by_hand = {(row["paragraph"], row["sentence"]): row["verdict"] for row in first if row["verdict"] in VERDICTS}
    found = {
        (str(one.paragraph), str(one.number)): judged(one.text, text) for one in sentences(text) if not one.heading
    }
    assert found == by_hand
