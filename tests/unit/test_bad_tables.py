"""CSV files that are read, and a dictionary of those that are not (design, section 6, `import`)."""

from __future__ import annotations

import io
from datetime import date
from typing import NamedTuple

import pytest

from ledger.errors import BadInput, LineFault
from ledger.events.fields import Source
from ledger.events.kinds import Assessed, Fact, Fulfilled, Lapsed, Made, Reaffirmed
from ledger.intake import COLUMNS, CSV_KINDS, Candidate, read

HEADER = "kind,commitment,occurred_on,note,source_title,source_url"
ROW = "fulfilled,trees,2025-03-01,Trees were planted.,A paper,https://example.org/a"


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode()


class Bad(NamedTuple):
    """A file, the line of its first fault, and words that the fault must say."""

    file: bytes
    line: int
    says: str


BAD: dict[str, Bad] = {
    "an unknown column": Bad(
        table(HEADER + ",colour", ROW + ",green"), 1, "no such column: colour; the columns are"
    ),
    "two unknown columns": Bad(
        table("kind,Commitment,colour", "made,a,b"), 1, "no such column: Commitment, colour"
    ),
    "a column without a name": Bad(table(HEADER + ",", ROW + ","), 1, "no such column"),
    "a column twice": Bad(table(HEADER + ",note", ROW + ",Otherwise."), 1, "twice"),
    "a cell too many": Bad(table(HEADER, ROW + ",b"), 2, "the row has 1 more cells than the header has columns"),
    "a comma in a cell that is not quoted": Bad(table(HEADER, ROW.replace("were", "were,")), 2, "1 more cells"),
    "no kind": Bad(table(HEADER, ",trees"), 2, "kind: nothing is not one of made, reaffirmed, fulfilled"),
    "an unknown kind": Bad(table(HEADER, "broken,trees"), 2, "kind: broken is not one of made, reaffirmed"),
    "a statement": Bad(table("kind,statement", "registered,pact"), 2, "kind: registered is not one of"),
    "an amendment": Bad(table("kind,commitment,title", "amended,trees,T"), 2, "others come as JSONL"),
    "a retraction": Bad(table("kind,commitment", "retracted,trees"), 2, "others come as JSONL"),
    "no commitment column": Bad(table("kind,note", "fulfilled,n"), 2, "commitment: is required"),
    "no commitment": Bad(table(HEADER, ROW.replace("trees,", ",")), 2, "commitment: is required"),
    "a row that ends early": Bad(table(HEADER, "fulfilled,trees,2025-03-01"), 2, "source: is required"),
    "a source without a title": Bad(table(HEADER, ROW.replace("A paper", "")), 2, "source.title: is required"),
    "a source without an address": Bad(
        table(HEADER, ROW.replace("https://example.org/a", "")), 2, "source.url: is required"
    ),
    "a day as spreadsheets write it": Bad(
        table(HEADER, ROW.replace("2025-03-01", "3/1/2025")), 2, 'occurred_on: "3/1/2025" is not a date'
    ),
    "a day of digits alone": Bad(
        table(HEADER, ROW.replace("2025-03-01", "20250301")), 2, 'occurred_on: "20250301" is not a date'
    ),
    "a country by its name": Bad(table("kind,parties", "made,Japan"), 2, "'Japan' is not a country code"),
    "countries with commas": Bad(table("kind;parties", "made;JPN,KOR"), 2, "'JPN,KOR' is not a country code"),
    "a score with a point": Bad(table("kind,score", "assessed,1.0"), 2, 'score: "1.0" is not a whole number'),
    "a score in words": Bad(table("kind,score", "assessed,kept"), 2, 'score: "kept" is not a whole number'),
    "a score of 2": Bad(table("kind,score", "assessed,2"), 2, "score: 2 is more than 1"),
    "a field of another kind": Bad(
        table(HEADER + ",reason", ROW + ",moot"), 2, "reason: is no field of fulfilled"
    ),
    "an address without its scheme": Bad(table(HEADER, ROW.replace("https://", "")), 2, "source.url:"),
    "not UTF-8": Bad("kind,note\nmade,é\n".encode("latin-1"), 2, "the file is not UTF-8; save it as CSV UTF-8"),
    "a quote that is not closed": Bad(table(HEADER, 'fulfilled,"trees'), 2, "this is not CSV"),
    "words after a quote": Bad(table(HEADER, 'fulfilled,"trees" and more'), 2, "this is not CSV"),
    "the second of two rows": Bad(table(HEADER, ROW, "broken,trees"), 3, "kind: broken"),
    "a row after one of three lines": Bad(
        table(HEADER, ROW.replace("Trees were planted.", '"One.\nTwo.\nThree."'), "broken,trees"),
        5,
        "kind: broken",
    ),
    "a row after a blank line": Bad(table(HEADER, ROW, "", "broken,trees"), 4, "kind: broken"),
    "a row after empty cells": Bad(table(HEADER, ",,,,,", "broken,trees"), 3, "kind: broken"),
    "a header of no table": Bad(table("commitment,occurred_on", "trees,2025-03-01"), 1, "this is not JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_is_no_list_of_events_is_told_so_with_the_line(name: str) -> None:
    bad = BAD[name]
    first = next(one for one in read(io.BytesIO(bad.file)) if isinstance(one, LineFault))
    assert isinstance(first.error, BadInput)
    assert bad.says in str(first.error)
    assert first.line == bad.line


def facts_of(file: bytes) -> list[Fact]:
    found = list(read(io.BytesIO(file)))
    assert all(isinstance(one, Candidate) for one in found), found
    return [one.fact for one in found if isinstance(one, Candidate)]


FULFILLED = Fulfilled(
    commitment="trees",
    occurred_on=date(2025, 3, 1),
    note="Trees were planted.",
    source=Source(title="A paper", url="https://example.org/a"),
)


def test_a_row_is_the_fact_that_its_columns_name() -> None:
    assert facts_of(table(HEADER, ROW)) == [FULFILLED]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_the_dialects_of_spreadsheets_are_read(delimiter: str, mark: bytes, newline: bytes) -> None:
    lines = [line.replace(",", delimiter).encode() for line in (HEADER, ROW)]
    assert facts_of(mark + newline.join([*lines, b""])) == [FULFILLED]


def test_columns_may_stand_in_any_order_and_cells_may_be_quoted() -> None:
    header = '"source_url","source_title","note","occurred_on","commitment","kind"'
    row = '"https://example.org/a","A paper","Trees were planted.","2025-03-01","trees","fulfilled"'
    assert facts_of(table(header, row)) == [FULFILLED]


def test_white_space_around_cells_is_the_spreadsheet_s() -> None:
    assert facts_of(table(HEADER.replace(",", " , "), ROW.replace(",", " , "))) == [FULFILLED]


def test_empty_cells_and_empty_rows_say_nothing() -> None:
    assert facts_of(table(HEADER + ",occurrence", ROW + ",", ",,,,,,", "")) == [FULFILLED]
    assert facts_of(table(HEADER)) == []


def test_a_cell_may_hold_delimiters_quotes_and_lines() -> None:
    [fact] = facts_of(table(HEADER, ROW.replace("Trees were planted.", '"Trees, ""many"",\nwere planted."')))
    assert isinstance(fact, Fulfilled)
    assert fact.note == 'Trees, "many",\nwere planted.'


def test_each_kind_that_happens_on_a_day_comes_as_a_row() -> None:
    header = (
        "kind,commitment,occurred_on,parties,source_title,source_url,source_published_on,"
        "title,nature,strength,theme,due,due_basis,note,reason,score,assessor,occurrence"
    )
    rows = [
        "made,trees,2025-01-01,JPN KOR,A,https://a.org,2025-01-02,T,standing,high,land,2026-01-01,stated,,,,,",
        "reaffirmed,trees,2025-02-01,,A,https://a.org,,,,,,,,Again.,,,,",
        "fulfilled,trees,2025-03-01, KOR  JPN ,A,https://a.org,,,,,,,,Kept.,,,,first round",
        "lapsed,trees,2025-04-01,,A,https://a.org,,,,,,,,Not kept.,deadline-passed,,,",
        "assessed,trees,2025-05-01,,A,https://a.org,,,,,,,,,,-1,Researchers,",
    ]
    made, reaffirmed, fulfilled, lapsed, assessed = facts_of(table(header, *rows))
    source = Source(title="A", url="https://a.org")
    assert made == Made(
        commitment="trees",
        occurred_on=date(2025, 1, 1),
        parties=("JPN", "KOR"),
        source=Source(title="A", url="https://a.org", published_on=date(2025, 1, 2)),
        title="T",
        nature="standing",
        strength="high",
        theme="land",
        due=date(2026, 1, 1),
        due_basis="stated",
    )
    assert reaffirmed == Reaffirmed(commitment="trees", occurred_on=date(2025, 2, 1), source=source, note="Again.")
    assert isinstance(fulfilled, Fulfilled)
    assert (fulfilled.parties, fulfilled.occurrence) == (("KOR", "JPN"), "first round")
    assert isinstance(lapsed, Lapsed)
    assert lapsed.reason == "deadline-passed"
    assert isinstance(assessed, Assessed)
    assert (assessed.score, assessed.assessor) == (-1, "Researchers")


@pytest.mark.parametrize(("cell", "score"), [("1", 1), ("+1", 1), ("0", 0), ("-1", -1)])
def test_a_score_is_written_with_its_sign_or_without(cell: str, score: int) -> None:
    rows = (
        "kind,commitment,occurred_on,source_title,source_url,score",
        f"assessed,a,2025-01-01,A,https://a.org,{cell}",
    )
    [fact] = facts_of(table(*rows))
    assert isinstance(fact, Assessed)
    assert fact.score == score


def test_a_quote_with_its_paragraph_comes_as_a_row() -> None:
    header = "kind,commitment,occurred_on,statement,paragraph,quote"
    [fact] = facts_of(table(header, "reaffirmed,trees,2025-01-01,pact,2,plant trees"))
    assert isinstance(fact, Reaffirmed)
    assert (fact.statement, fact.paragraph, fact.quote) == ("pact", 2, "plant trees")


def test_digits_in_a_text_column_are_text() -> None:
    [fact] = facts_of(table(HEADER, ROW.replace("Trees were planted.", "2025").replace("A paper", "1")))
    assert isinstance(fact, Fulfilled)
    assert (fact.note, fact.source.title) == ("2025", "1")


def test_the_columns_are_the_fields_of_the_kinds_with_the_source_spelled_out() -> None:
    assert CSV_KINDS == ("made", "reaffirmed", "fulfilled", "lapsed", "assessed")
    assert set(COLUMNS) == {
        *("kind", "commitment", "parties", "occurred_on", "statement", "paragraph", "quote", "title", "theme"),
        *("nature", "strength", "due", "due_basis", "note", "occurrence", "reason", "score", "assessor"),
        *("source_title", "source_url", "source_published_on"),
    }


def test_faults_and_facts_come_in_the_order_of_the_file() -> None:
    found = list(read(io.BytesIO(table(HEADER, ROW, "broken,trees", ROW, "fulfilled,Trees"))))
    assert [(type(one), one.line) for one in found] == [
        (Candidate, 2),
        (LineFault, 3),
        (Candidate, 4),
        (LineFault, 5),
    ]
