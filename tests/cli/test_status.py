"""How everything stands: by day and by knowledge, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, Final

import pytest

from tests.cli.conftest import lines
from tests.kit.facts import made
from tests.kit.process import Program
from tests.kit.terminal import cells

FIELDS: Final = {
    "commitment": str,
    "title": str,
    "theme": str | None,
    "nature": str,
    "strength": str,
    "country": str,
    "status": str,
    "since": str,
    "event": str,
    "due": str | None,
    "overdue": bool,
    "origin": str,
    "events": int,
    "kept": int,
    "last_kept": str | None,
    "score": int | None,
    "scored_on": str | None,
}
"""Design, section 6, in its order."""
DAYS: Final = ("since", "due", "last_kept", "scored_on")


def rows(program: Program, *args: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(program("status", *args, "--format", "json").ok())
    return found


def told(program: Program, *args: str) -> dict[tuple[str, str], str]:
    """The status of each commitment and country."""
    return {(row["commitment"], row["country"]): row["status"] for row in rows(program, *args)}


@pytest.mark.parametrize("record", ["pact", "shipped"])
def test_json_rows_have_the_fields_of_the_contract(record: str, request: pytest.FixtureRequest) -> None:
    program: Program = request.getfixturevalue(record)

    found = rows(program, "--as-of", "2026-08-01")

    assert found
    for row in found:
        assert list(row) == list(FIELDS)
        for name, kind in FIELDS.items():
            value = row[name]
            assert isinstance(value, kind), (name, value)
            assert not (isinstance(value, bool) and kind is not bool), (name, value)
        for name in DAYS:
            assert row[name] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", row[name])
        assert row["status"] in ("made", "reaffirmed", "fulfilled", "lapsed")
        assert row["origin"] in ("made", "outside")
        assert row["score"] in (None, -1, 0, 1)
        assert (row["score"] is None) == (row["scored_on"] is None)
        assert (row["kept"] == 0) == (row["last_kept"] is None)
        assert row["overdue"] == (
            row["due"] is not None and row["due"] < "2026-08-01" and row["status"] in ("made", "reaffirmed")
        )
    keys = [(row["commitment"], row["country"]) for row in found]
    assert keys == sorted(set(keys))


def test_a_row_tells_what_its_events_amount_to(pact: Program) -> None:
    log = [json.loads(line) for line in lines(pact)]
    found = {(row["commitment"], row["country"]): row for row in rows(pact, "--as-of", "2026-01-31")}

    assert found["trees", "JPN"] == {
        "commitment": "trees",
        "title": "Plant a million trees a year",
        "theme": "forests",
        "nature": "standing",
        "strength": "high",
        "country": "JPN",
        "status": "reaffirmed",
        "since": "2025-08-01",
        "event": log[15]["id"],
        "due": None,
        "overdue": False,
        "origin": "made",
        "events": 4,
        "kept": 1,
        "last_kept": "2025-04-29",
        "score": None,
        "scored_on": None,
    }
    assert found["old-growth", "KOR"] == {
        "commitment": "old-growth",
        "title": "Leave the old growth standing",
        "theme": "forests",
        "nature": "standing",
        "strength": "medium",
        "country": "KOR",
        "status": "lapsed",
        "since": "2025-07-01",
        "event": log[14]["id"],
        "due": None,
        "overdue": False,
        "origin": "outside",
        "events": 2,
        "kept": 0,
        "last_kept": None,
        "score": -1,
        "scored_on": "2025-06-01",
    }
    assert ("nursery", "JPN") not in found, "a party without a status has no row"


FILTERS: Final = {
    "a country": (("USA",), {("seed-bank", "USA"), ("spring-meeting", "USA"), ("trees", "USA")}),
    "a country in small letters, and another": (
        ("usa", "Kor", "--theme", "forests", "--status", "lapsed"),
        {("old-growth", "KOR"), ("spring-meeting", "USA")},
    ),
    "a status": (("--status", "fulfilled"), {("spring-meeting", "JPN"), ("spring-meeting", "KOR")}),
    "one status or another": (
        ("--status", "fulfilled", "--status", "lapsed", "JPN"),
        {("spring-meeting", "JPN"), ("charter", "JPN")},
    ),
    "a theme": (("--theme", "seeds"), {("nursery", "KOR")}),
    "what is overdue": (("--overdue",), {("seed-bank", "KOR"), ("seed-bank", "USA")}),
    "nothing": (("--overdue", "JPN"), set()),
}


@pytest.mark.parametrize("wanted", FILTERS)
def test_rows_are_filtered(pact: Program, wanted: str) -> None:
    args, keys = FILTERS[wanted]

    now = pact("status", *args, "--as-of", "2026-01-31", "--format", "json")

    assert {(row["commitment"], row["country"]) for row in json.loads(now.ok())} == keys
    assert (now.err == "") == bool(keys)


@pytest.mark.parametrize(
    "args", [(), ("--status", "lapsed", "--theme", "forests"), ("--overdue", "kor", "--commitment", "seed-bank")]
)
def test_what_is_replayed_is_what_the_views_say(pact: Program, args: tuple[str, ...]) -> None:
    """With --known-at the answer is replayed and not read from the views; at the end of the log they agree."""
    now = pact("status", *args, "--as-of", "2026-01-31", "--format", "json")

    assert json.loads(now.ok())
    assert pact("status", *args, "--as-of", "2026-01-31", "--known-at", "29", "--format", "json") == now


def test_as_of_a_day_asks_what_was_true_then_by_all_that_is_known_now(pact: Program) -> None:
    def of(commitment: str, day: str) -> dict[str, str]:
        found = told(pact, "--as-of", day, "--commitment", commitment)
        return {country: status for (_, country), status in found.items()}

    assert of("trees", "2025-01-09") == {}
    assert of("trees", "2025-01-10") == {"JPN": "made", "KOR": "made", "USA": "made"}
    assert of("trees", "2025-03-01") == {"JPN": "reaffirmed", "KOR": "made", "USA": "reaffirmed"}
    assert of("trees", "2025-07-31") == {"JPN": "fulfilled", "KOR": "made", "USA": "reaffirmed"}
    assert of("spring-meeting", "2025-12-19")["USA"] == "fulfilled"
    assert of("spring-meeting", "2025-12-20")["USA"] == "lapsed"


def test_overdue_begins_on_the_day_after_the_due_date(pact: Program) -> None:
    on_the_day = rows(pact, "--as-of", "2025-12-01", "--commitment", "seed-bank")
    after = rows(pact, "--as-of", "2025-12-02", "--commitment", "seed-bank")

    assert {row["overdue"] for row in on_the_day} == {False}
    assert {row["overdue"] for row in after} == {True}


def test_known_at_a_point_asks_what_the_ledger_knew_then(pact: Program) -> None:
    """By position, day and time; the entry at 21 was retracted by the one at 22."""

    def bank(known: str) -> str | None:
        found = rows(pact, "--as-of", "2026-01-31", "--known-at", known)
        return next(
            (row["status"] for row in found if (row["commitment"], row["country"]) == ("seed-bank", "USA")), None
        )

    assert bank("6") is None
    assert bank("20") == bank("22") == bank("2026-01-19") == "made"
    assert bank("21") == bank("2026-01-19T10:01:59+01:00") == "fulfilled"


def test_both_times_can_be_asked_together_and_a_restated_description_holds_for_all_days(pact: Program) -> None:
    def nursery(known: str) -> tuple[str, str, str | None]:
        (row,) = rows(pact, "--as-of", "2025-03-01", "--known-at", known, "--theme", "seeds") or rows(
            pact, "--as-of", "2025-03-01", "--known-at", known, "--commitment", "nursery"
        )
        return row["title"], row["nature"], row["due"]

    assert nursery("24") == ("A nursery", "one-off", "2025-09-30")
    assert nursery("25") == ("A nursery in each country", "standing", "2025-10-31")
    assert nursery("26") == ("A nursery in each country", "standing", None)


def test_check_exits_1_if_a_row_that_is_shown_is_overdue(pact: Program) -> None:
    overdue = pact("status", "--as-of", "2026-01-31", "--check")
    assert overdue.code == 1
    assert overdue.out == pact("status", "--as-of", "2026-01-31").ok(), "the rows are shown all the same"
    assert overdue.err == ""

    for none in (("JPN",), ("--known-at", "3")):
        assert pact("status", "--as-of", "2026-01-31", "--check", *none).code == 0, none
    assert pact("status", "--as-of", "2026-01-31", "--check", "--overdue", "kor", "--format", "json").code == 1


def test_a_due_date_that_is_not_over_is_no_finding(scratch: Program) -> None:
    due = made("coming", due="2999-01-01", due_basis="stated").model_dump_json(exclude_none=True)
    scratch("import", "-", stdin=due).ok()

    assert scratch("status", "--check", "--commitment", "coming").code == 0


def test_csv_has_the_fields_of_json(pact: Program) -> None:
    found = list(csv.DictReader(io.StringIO(pact("status", "--as-of", "2026-01-31", "--format", "csv").ok())))
    of_json = rows(pact, "--as-of", "2026-01-31")

    assert [list(row) for row in found] == [list(FIELDS)] * len(of_json)
    assert found == [{name: _cell(value) for name, value in row.items()} for row in of_json]


def _cell(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_every_format_has_a_row_for_each_country(pact: Program) -> None:
    count = len(rows(pact, "--as-of", "2026-01-31"))

    markdown = pact("status", "--as-of", "2026-01-31", "--format", "markdown").ok().splitlines()
    table = pact("status", "--as-of", "2026-01-31").ok().splitlines()
    assert len(markdown) == len(table) == count + 2
    assert all(row.startswith("| ") and row.endswith(" |") for row in [markdown[0], *markdown[2:]])
    assert sum("overdue" in row for row in table) == 2


def test_an_empty_answer_is_said_on_stderr(pact: Program) -> None:
    nothing = pact("status", "--as-of", "2024-12-31", "--format", "json")

    assert (nothing.code, nothing.out) == (0, "[]\n")
    assert nothing.err == "nothing on record matches, as of 2024-12-31\n"


def test_an_empty_ledger_has_answers_too(empty: Program) -> None:
    for command in (
        ("status",),
        ("log",),
        ("statements",),
        ("replay",),
        ("report",),
        ("diff", "2025-01-01", "2025-02-01"),
    ):
        assert empty(*command).code == 0, command
    assert empty("export").ok() == ""


def test_a_matrix_says_of_each_country_what_the_rows_say(pact: Program) -> None:
    rows = json.loads(pact("status", "--as-of", "2026-01-31", "--format", "json").ok())

    head, _, *shown = pact("status", "--matrix", "--as-of", "2026-01-31", COLUMNS="160").ok().splitlines()

    starts = [head.index(word) for word in head.split()]
    ends = [*starts[1:], None]
    table = {
        (line.split()[0], country): line[start:end].split()
        for line in shown
        for country, start, end in zip(head.split()[1:], starts[1:], ends[1:], strict=True)
    }
    assert {key: words for key, words in table.items() if words != ["–"]} == {
        (row["commitment"], row["country"]): [
            row["status"],
            row["since"],
            *([f"{row['kept']}×"] if row["kept"] else []),
            *(["overdue"] if row["overdue"] else []),
        ]
        for row in rows
    }


def test_a_matrix_goes_on_below_where_countries_do_not_fit(pact: Program) -> None:
    narrow = pact("status", "--matrix", "--as-of", "2026-01-31", COLUMNS="40").ok()

    heads = [line.split() for line in narrow.splitlines() if line.startswith("Commitment")]
    assert len(heads) > 1
    assert [country for head in heads for country in head[1:]] == ["JPN", "KOR", "USA"]
    assert narrow.count("spring-meeting") == len(heads)
    assert all(cells(line) <= 40 for line in narrow.splitlines())


def test_a_matrix_obeys_filters_and_is_for_people(pact: Program) -> None:
    late = pact("status", "KOR", "--matrix", "--overdue", "--as-of", "2026-01-31").ok()
    assert late.split()[:2] == ["Commitment", "KOR"]
    assert late.splitlines()[2:] == ["seed-bank   made 2025-02-01 overdue"]

    for form in ("json", "csv"):
        refused = pact("status", "--matrix", "--format", form)
        assert refused.code == 2
        assert form in refused.err
        assert refused.out == ""

    nothing = pact("status", "--matrix", "--as-of", "2020-01-01")
    assert nothing.code == 0
    assert "nothing on record matches" in nothing.err
