"""When a pledge falls due, by its own words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.drafting.dates import due_in
from ledger.drafting.proposals import draft

ON = date(2024, 11, 15)

SAID = {
    "hold a meeting by the end of 2025": "2025-12-31",
    "hold a meeting in March 2026": "2026-03-31",
    "hold a meeting by February 2028": "2028-02-29",
    "publish it by March 3, 2026": "2026-03-03",
    "publish it no later than 3 March 2026": "2026-03-03",
    "the exercise on May 30-31": "2025-05-31",
    "meet in December": "2024-12-31",
    "meet in June": "2025-06-30",
    "a summit this winter": "2025-02-28",
    "a summit next summer": "2025-08-31",
    "a summit in the spring of 2026": "2026-05-31",
    "finish the survey within six months": "2025-05-15",
    "finish the survey within the next 90 days": "2025-02-13",
    "give $20 million between 2021 and 2026": "2026-12-31",
    "convene in the second half of 2025": "2025-12-31",
    "meet later this year": "2024-12-31",
    "meet again next year": "2025-12-31",
}
UNDATED = (
    "visit ports, beginning in 2025",
    "what was said in March 2023",
    "an immediate ceasefire",
    "the 2025 budget",
    "by February 31, 2026",
    "act in the spirit of Camp David",
    "a plan on may 3 of the seas",
)


@pytest.mark.parametrize(("words", "due"), SAID.items())
def test_a_date_that_is_stated_is_read(words: str, due: str) -> None:
    assert str(due_in(words, ON)) == due


@pytest.mark.parametrize("words", UNDATED)
def test_what_is_no_date_ahead_is_none(words: str) -> None:
    assert due_in(words, ON) is None


@pytest.mark.parametrize(("on", "due"), [("2025-01-10", "2025-02-28"), ("2025-11-10", "2026-02-28")])
def test_this_winter_is_the_one_under_way_or_the_next_to_come(on: str, due: str) -> None:
    assert str(due_in("meet this winter", date.fromisoformat(on))) == due


@given(st.dates(date(2000, 1, 1)), st.text(max_size=40), st.sampled_from([*SAID, *UNDATED]))
def test_nothing_falls_due_before_it_was_said(on: date, more: str, words: str) -> None:
    due = due_in(f"{more} {words} {more}", on)
    assert due is None or due >= on


@given(st.dates(date(2024, 1, 1), date(2098, 12, 31)), st.integers(1, 99))
def test_days_and_weeks_are_counted(on: date, number: int) -> None:
    assert due_in(f"within {number} days", on) == on + timedelta(days=number)
    assert due_in(f"within {number} weeks", on) == on + timedelta(weeks=number)


def proposed(sentence: str) -> list[dict[str, object]]:
    drafted = draft(f"Joint Statement\n\n{sentence}", statement="s", parties=["JPN", "USA"], on=ON)
    return [event for one in drafted for event in one.events]


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        (
            "Japan and the United States will open a liaison office and publish a yearly survey of reefs.",
            ["open a liaison office", "publish a yearly survey of reefs"],
        ),
        (
            "Japan and the United States commit to strengthen and expand patrols of reefs.",
            ["strengthen and expand patrols of reefs"],
        ),
        (
            "Japan and the United States will train divers to protect reefs and monitor fish.",
            ["train divers to protect reefs and monitor fish"],
        ),
        (
            "Japan and the United States will protect reefs, train divers, and monitor fish.",
            ["protect reefs, train divers, and monitor fish"],
        ),
        (
            "Japan and the United States will protect rare reefs and deepen our partnership.",
            ["protect rare reefs and deepen our partnership"],
        ),
        (
            "Japan and the United States will protect rare reefs, and Japan plans to host a survey in 2025.",
            ["protect rare reefs", "host a survey in 2025"],
        ),
    ],
)
def test_a_pledge_for_each_target_that_could_be_kept_without_the_other(sentence: str, titles: list[str]) -> None:
    events = proposed(sentence)
    assert [event["title"] for event in events] == titles
    assert len({event["commitment"] for event in events}) == len(titles)
    assert [event.get("due") for event in events] == [None] * (len(titles) - 1) + (
        ["2025-12-31"] if "2025" in sentence else [None]
    )


def test_a_date_that_opens_the_sentence_is_its_due_date() -> None:
    (event,) = proposed("By the end of 2026, Japan and the United States will map the reefs.")
    assert (event["due"], event["due_basis"]) == ("2026-12-31", "stated")
