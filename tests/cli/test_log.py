"""What the log holds: every filter, alone and together, and every format."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import Any, Final

import pytest

from tests.cli.conftest import lines
from tests.kit.process import Program

FILTERS: Final[dict[str, tuple[str, list[int]]]] = {
    "nothing": ("", list(range(1, 30))),
    "a commitment": ("--commitment seed-bank", [7, 21, 22]),
    "a statement, and what cites it": ("--statement minutes", [2, 6]),
    "a statement with its corrections": ("--statement draft", [27, 28, 29]),
    "a country": ("--country jpn --since 2025-05-01", [12, 14, 16, 19, 20]),
    "one kind or another": ("--kind amended --kind lapsed --until 2025-04-01", [17, 18]),
    "since a day, inclusive": ("--since 2025-07-01", [13, 15, 16, 21]),
    "until a day, inclusive": ("--until 2025-01-10", [1, 3, 4, 27, 29]),
    "a recorder": ("--recorder tester --kind fulfilled", [10, 12, 21]),
    "a word": ("--words million", [3, 10, 16]),
    "words in any order and case": ('--words "MILLION first"', [16]),
    "a word of a source": ("--words Daily --kind assessed", [11]),
    "words in another script": ('--words "北海道"', [10]),
    "words with signs": ('--words "“ministers” (all)"', [3]),
    "words that look like a search": ('--words "million OR busan"', []),
    "the last ones of a kind": ("--last 2 --kind lapsed", [18, 19]),
    "more than there are": ("--last 1000 --kind amended", [23, 25, 26]),
    "known at a position": ("--known-at 3", [1, 2, 3]),
    "known at the end of a day": ("--known-at 2026-01-05", list(range(1, 10))),
    "known at a time": ("--known-at 2026-01-12T09:02Z", list(range(1, 12))),
    "known at a time elsewhere": ("--known-at 2026-01-12T18:02:30+09:00 --last 1", [11]),
    "all at once": (
        "--commitment trees --country JPN --kind reaffirmed --since 2025-03-01 "
        "--until 2025-12-31 --recorder tester --words first --known-at 29 --last 9",
        [16],
    ),
}


@pytest.mark.parametrize("wanted", FILTERS)
def test_the_log_is_filtered(pact: Program, wanted: str) -> None:
    options, positions = FILTERS[wanted]

    found = json.loads(pact("log", *shlex.split(options), "--format", "json").ok())

    assert [one["position"] for one in found] == positions


def test_as_json_the_log_is_its_lines_and_their_positions(pact: Program) -> None:
    printed: list[dict[str, Any]] = json.loads(pact("log", "--format", "json").ok())

    assert [one.pop("position") for one in printed] == list(range(1, 30))
    assert printed == [json.loads(line) for line in lines(pact)]
    assert [list(one) for one in printed] == [list(json.loads(line)) for line in lines(pact)], "in a line's order"


def test_as_csv_every_field_has_a_column(pact: Program) -> None:
    header, *rows = csv.reader(io.StringIO(pact("log", "--format", "csv").ok()))

    assert len(set(header)) == len(header)
    assert [row[0] for row in rows] == [str(position) for position in range(1, 30)]
    for row, line in zip(rows, lines(pact), strict=True):
        cells = {name: cell for name, cell in zip(header, row, strict=True) if cell}
        assert cells.pop("position")
        assert cells == {
            name: _spread(value) for name, value in _flat(json.loads(line)).items() if value is not None
        }


def _flat(line: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in line.items():
        flat |= (
            {f"{name}_{inner}": part for inner, part in value.items()}
            if isinstance(value, dict)
            else {name: value}
        )
    return flat


def _spread(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def test_as_markdown_it_is_one_table_with_a_row_an_event(pact: Program) -> None:
    rows = pact("log", "--format", "markdown").ok().splitlines()

    assert rows[0] == "| # | Id | On | Event | Of, and what |"
    assert len(rows) == 2 + 29
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}


def test_newest_is_last_in_every_format(pact: Program) -> None:
    for form in ("table", "markdown", "csv"):
        page = pact("log", "--commitment", "seed-bank", "--format", form).ok()
        told = [page.index(json.loads(line)["id"][:8]) for line in (lines(pact)[n] for n in (6, 20, 21))]
        assert told == sorted(told), form


def test_an_empty_answer_is_said_on_stderr_and_is_still_data(pact: Program) -> None:
    for form, data in {"json": "[]\n", "csv": None, "markdown": None, "table": None}.items():
        nothing = pact("log", "--words", "unheard-of", "--format", form)
        assert nothing.code == 0
        assert nothing.err == "no event on record matches\n"
        assert data is None or nothing.out == data
    assert len(pact("log", "--words", "unheard-of", "--format", "csv").out.splitlines()) == 1


def test_what_was_corrected_is_not_called_none(pact: Program) -> None:
    """A due date that was taken back reads as such, in the words of the page and not of the program."""
    for form in ("table", "markdown"):
        page = pact("log", "--kind", "amended", "--last", "1", "--format", form).ok()
        assert "due" in page
        assert "None" not in page


def test_an_event_without_words_is_told_by_its_source(pact: Program) -> None:
    page = pact("log", "--commitment", "trees", "--kind", "reaffirmed", "--until", "2025-03-01").ok()

    assert "The Daily" in page
