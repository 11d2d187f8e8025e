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
from ledger.drafting.verdicts import Judge, Verdict
from tests.kit.ledgers import shipped_text

HERE: Final = Path(__file__).parent
CODINGS: Final = HERE.parents[1] / "docs" / "coding"
VERDICTS: Final = ("pledge", "no pledge")
PARTIES: Final = ["JPN", "KOR", "USA"]


def judged(sentence: str, text: str) -> Verdict:
    words = lexicon()
    clauses = Reader(Signatories(PARTIES, text, words), words).read(sentence)
    return Judge(words, frozenset(PARTIES), outside(PARTIES, words)).judge(sentence, clauses)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["genre.csv", "genre2.csv", "genre3.csv"])
def test_sentences_of_the_genre_are_judged_as_by_hand(name: str) -> None:
    rows = rows_of(HERE / name)
    wrong = [row["sentence"] for row in rows if row["verdict"] != judged(row["sentence"], row["sentence"]).word]
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_those_who_pledge_are_told_as_by_hand() -> None:
    # The other files have sentences of two signatories as well, which a reader alone can't tell.
    rows = [row for row in rows_of(HERE / "genre3.csv") if row["verdict"] == "pledge"]
    found = [
        {code for pledge in judged(row["sentence"], row["sentence"]).pledges for code in pledge.clause.parties}
        for row in rows
    ]
    assert found == [set(row["parties"].split()) for row in rows]


def test_the_shipped_statement_is_judged_as_by_hand() -> None:
    text = shipped_text()
    first = [row for row in rows_of(CODINGS / "brussels-2025-04-03.csv") if row["coder"] == "A"]
    by_hand = {(row["paragraph"], row["sentence"]): row["verdict"] for row in first if row["verdict"] in VERDICTS}
    found = {
        (str(one.paragraph), str(one.number)): judged(one.text, text).word
        for one in sentences(text)
        if not one.heading
    }
    assert found == by_hand


def test_a_title_that_ends_with_a_country_says_nothing_of_the_officer_below_it() -> None:
    text = "Joint Statement of the United States and Japan\n\nPresident Roe of the United States spoke."
    words = lexicon()
    clauses = Reader(Signatories(["JPN", "USA"], text, words), words).read(
        "President Roe reaffirmed its commitment to"
    )
    assert {code for clause in clauses for code in clause.parties} == {"USA"}


def test_what_is_listed_after_a_colon_is_what_is_promised() -> None:
    assert judged("We will coordinate: in the Mekong delta; on reefs.", "").word == "pledge"
    assert judged("We will coordinate: closely; together.", "").word == "no pledge"


@pytest.mark.parametrize(
    "sentence",
    [
        "They affirm to maintain the consulates in both capitals.",
        "The leaders affirmed to continue the search for missing personnel.",
        "We will encourage universities to open their laboratories.",
    ],
)
def test_what_is_affirmed_to_be_done_is_pledged(sentence: str) -> None:
    assert judged(sentence, sentence).word == "pledge"
