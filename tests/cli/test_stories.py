"""The pages that tell a story: one commitment, one statement, event by event, and from one point to another."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tests.cli.conftest import lines
from tests.kit.pact import QUOTES, TEXT
from tests.kit.process import Program


def as_json(program: Program, *args: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(program(*args, "--format", "json").ok())
    return found


def log(program: Program) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(program)]


# show


def test_a_commitment_is_told_whole(pact: Program) -> None:
    page = " ".join(pact("show", "trees", "--as-of", "2026-01-31").ok().split())

    for told in (
        "trees: Plant a million trees a year",
        f"“{QUOTES[0]}”",
        "Joint Statement on Forests (pact), paragraph 2",
        "JPN reaffirmed 2025-08-01 1",
        "2025-04-29 fulfilled · JPN",
        "A million, counted.",
        "The Daily 新聞, no. 3, https://example.org/3?a=b&c=d#e",
        "By Forest Watch",
        "RETRACTED at #24: The first title was right",
    ):
        assert told in page


def test_a_score_is_written_the_same_on_every_page(pact: Program) -> None:
    """+1, 0 and -1, as the codebook writes them."""
    assert "assessed 0 ·" in pact("show", "trees").ok()
    assert "assessed -1 ·" in pact("show", "old-growth").ok()
    assert "assessed +1 ·" in pact("show", "charter").ok()


def test_a_commitment_as_json_is_its_description_standings_and_events(pact: Program) -> None:
    (told,) = as_json(pact, "show", "seed-bank", "--as-of", "2026-01-31")

    assert told["commitment"] == "seed-bank"
    assert told["description"] == {
        "title": "Open a seed bank",
        "nature": "one-off",
        "strength": "high",
        "theme": None,
        "due": "2025-12-01",
        "due_basis": "stated",
        "parties": ["KOR", "USA"],
    }
    status = as_json(pact, "status", "--commitment", "seed-bank", "--as-of", "2026-01-31")
    assert told["standings"] == status
    written = log(pact)
    assert told["events"] == [
        {"position": position, **written[position - 1], "retracted_by": by}
        for position, by in ((7, None), (21, written[21]["id"]), (22, None))
    ]


def test_a_story_is_told_as_of_a_day_and_as_it_was_known(pact: Program) -> None:
    (then,) = as_json(pact, "show", "seed-bank", "--as-of", "2025-11-30", "--known-at", "21")
    assert [event["position"] for event in then["events"]] == [7, 21]
    assert {row["country"]: row["status"] for row in then["standings"]} == {"KOR": "made", "USA": "fulfilled"}

    (earlier,) = as_json(pact, "show", "trees", "--as-of", "2025-04-29")
    assert [event["position"] for event in earlier["events"] if "occurred_on" in event] == [3, 6, 10]

    (nursery,) = as_json(pact, "show", "nursery", "--known-at", "24")
    assert (nursery["description"]["title"], nursery["description"]["due"]) == ("A nursery", "2025-09-30")


def test_a_statement_is_told_with_its_text_and_what_is_on_record_from_it(pact: Program) -> None:
    page = pact("show", "pact").ok()
    for words in (
        "pact: Joint Statement on Forests",
        "Sapporo 札幌, 2025-01-10 · JPN KOR USA",
        "¶4",
        "trees · made",
    ):
        assert words in page
    assert " ".join(QUOTES[1].split()) in " ".join(page.split())

    (told,) = as_json(pact, "show", "pact")
    assert told.pop("events") == [{"position": 3, **log(pact)[2]}, {"position": 4, **log(pact)[3]}]
    assert told == {
        "statement": "pact",
        "title": "Joint Statement on Forests",
        "parties": ["JPN", "KOR", "USA"],
        "occurred_on": "2025-01-10",
        "place": "Sapporo 札幌",
        "url": "https://example.org/pact",
        "text": TEXT,
    }


def test_a_story_as_csv_or_markdown_is_the_table_of_its_events(pact: Program) -> None:
    found = list(csv.DictReader(io.StringIO(pact("show", "seed-bank", "--format", "csv").ok())))
    assert [row["position"] for row in found] == ["7", "21", "22"]
    assert [row["kind"] for row in found] == ["made", "fulfilled", "retracted"]

    table = pact("show", "pact", "--format", "markdown").ok().splitlines()
    assert len(table) == 4 and "trees" in table[2] and "spring-meeting" in table[3]


def test_a_draft_that_was_retracted_is_shown_as_it_stands_now_and_as_it_stood(pact: Program) -> None:
    assert as_json(pact, "show", "draft")[0]["title"] == "A paper, issued as a draft"
    assert as_json(pact, "show", "draft", "--known-at", "27")[0]["title"] == "A draft"
    assert pact("show", "draft", "--known-at", "28").code == 3


# statements


def test_the_statements_in_force_are_listed_by_day(pact: Program) -> None:
    found = as_json(pact, "statements")

    assert [(one["statement"], one["occurred_on"], one["parties"]) for one in found] == [
        ("draft", "2025-01-09", ["KOR"]),
        ("pact", "2025-01-10", ["JPN", "KOR", "USA"]),
        ("minutes", "2025-03-01", ["JPN", "USA"]),
    ]
    assert [one["title"] for one in found] == [
        "A paper, issued as a draft",
        "Joint Statement on Forests",
        "Minutes",
    ]
    table = pact("statements").ok()
    assert all(one["statement"] in table for one in found)
    rows = list(csv.DictReader(io.StringIO(pact("statements", "--format", "csv").ok())))
    assert [row["parties"] for row in rows] == ["KOR", "JPN KOR USA", "JPN USA"]
    assert len(pact("statements", "--format", "markdown").ok().splitlines()) == 2 + 3


# replay


def test_every_event_is_replayed_with_what_it_changed(pact: Program) -> None:
    found = as_json(pact, "replay")

    assert [one["position"] for one in found] == sorted(one["position"] for one in found)
    assert {one["position"] for one in found} == set(range(1, 30))
    changes = {(one["position"], one["country"]): (one["before"], one["after"], one["detail"]) for one in found}
    assert changes[3, "KOR"] == (None, "made", None)
    assert changes[10, "JPN"] == ("reaffirmed", "fulfilled", "kept 0 → 1")
    assert changes[21, "USA"] == ("made", "fulfilled", "kept 0 → 1")
    assert changes[22, "USA"] == ("fulfilled", "made", "kept 1 → 0")
    assert changes[20, "JPN"] == ("lapsed", "lapsed", "score none → +1")
    assert (26, None) in changes
    written = log(pact)
    assert all(one["event"] == written[one["position"] - 1]["id"] for one in found)
    assert all(one["recorded_at"] == written[one["position"] - 1]["recorded_at"] for one in found)


def test_the_last_status_of_a_replay_is_the_status(pact: Program) -> None:
    ends: dict[tuple[str, str], str] = {}
    for one in as_json(pact, "replay"):
        if one["country"]:
            ends[one["commitment"], one["country"]] = one["after"]

    standing = as_json(pact, "status", "--as-of", "2026-01-31")
    assert ends == {(row["commitment"], row["country"]): row["status"] for row in standing}


def test_a_part_of_the_log_is_replayed_as_part_of_the_whole(pact: Program) -> None:
    whole = as_json(pact, "replay")

    assert as_json(pact, "replay", "--from", "10", "--to", "22") == [
        one for one in whole if 10 <= one["position"] <= 22
    ]
    assert as_json(pact, "replay", "--to", "3") == [one for one in whole if one["position"] <= 3]
    assert as_json(pact, "replay", "trees", "--from", "16") == [
        one for one in whole if one["commitment"] == "trees" and one["position"] >= 16
    ]


# diff


def test_what_changed_between_two_days(pact: Program) -> None:
    found = as_json(pact, "diff", "2025-01-31", "2025-12-02")
    by_key = {(one["commitment"], one["country"], one["field"]): (one["before"], one["after"]) for one in found}

    assert by_key["trees", "JPN", "status"] == ("made", "reaffirmed")
    assert by_key["trees", "JPN", "kept"] == (None, "1")
    assert by_key["trees", "KOR", "score"] == (None, "0")
    assert ("trees", "KOR", "status") not in by_key
    assert by_key["seed-bank", "KOR", "status"] == (None, "made")
    assert by_key["seed-bank", "KOR", "overdue"] == (None, "yes")
    assert by_key["old-growth", "KOR", "status"] == ("reaffirmed", "lapsed")
    assert not any(country is None for _, country, _ in by_key), "descriptions hold for all days"


def test_what_changed_between_two_states_of_knowledge(pact: Program) -> None:
    found = as_json(pact, "diff", "--known", "20", "29")
    by_key = {(one["commitment"], one["country"], one["field"]): (one["before"], one["after"]) for one in found}

    assert {commitment for commitment, _, _ in by_key} == {"nursery"}, "all else was taken back again"
    assert by_key["nursery", None, "title"] == ("A nursery", "A nursery in each country")
    assert by_key["nursery", None, "due"] == ("2025-09-30", None)
    assert by_key["nursery", "KOR", "overdue"] == ("yes", None)
    by_day = as_json(pact, "diff", "--known", "2026-01-12", "2026-01-19T09:09Z")
    assert by_day == found


def test_nothing_that_changed_is_said(pact: Program) -> None:
    same = pact("diff", "2025-01-31", "2025-01-31", "--format", "json")

    assert (same.code, same.out) == (0, "[]\n")
    assert same.err == "nothing changed between 2025-01-31 and 2025-01-31\n"


def test_the_order_of_the_days_is_the_reader_s(pact: Program) -> None:
    forth = as_json(pact, "diff", "2025-01-31", "2025-12-02")
    back = as_json(pact, "diff", "2025-12-02", "2025-01-31")

    def turned(one: dict[str, Any]) -> dict[str, Any]:
        return one | {"before": one["after"], "after": one["before"]}

    assert [turned(one) for one in back] == forth
