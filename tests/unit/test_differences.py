"""What differs between two answers, field by field (design, section 6, `diff`)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from ledger.projections.differences import DESCRIBED, STOOD, differences
from ledger.projections.rows import Difference, StatusRow
from tests.kit.facts import amended, assessed, fulfilled, made, reaffirmed
from tests.kit.scenario import given

ROW = StatusRow(
    commitment="trees",
    title="Plant trees",
    theme="land-use",
    nature="standing",
    strength="high",
    country="JPN",
    status="made",
    since=date(2025, 1, 1),
    event="0" * 32,
    due=date(2025, 12, 1),
    overdue=False,
    origin="made",
    events=1,
    kept=1,
    last_kept=None,
    score=0,
    scored_on=date(2025, 2, 1),
)

# (field, its other value, whether it is told for all countries, before and after as they are told)
CHANGED: list[tuple[str, Any, bool, str, str | None]] = [
    ("title", "Plant many trees", True, "Plant trees", "Plant many trees"),
    ("theme", None, True, "land-use", None),
    ("nature", "one-off", True, "standing", "one-off"),
    ("strength", "low", True, "high", "low"),
    ("due", date(2026, 1, 1), True, "2025-12-01", "2026-01-01"),
    ("status", "lapsed", False, "made", "lapsed"),
    ("since", date(2025, 3, 1), False, "2025-01-01", "2025-03-01"),
    ("kept", 2, False, "1", "2"),
    ("score", 1, False, "0", "+1"),
]


@pytest.mark.parametrize(("field", "value", "for_all", "before", "after"), CHANGED)
def test_a_field_that_changed_is_told_alone(
    field: str, value: Any, for_all: bool, before: str, after: str | None
) -> None:
    changed = replace(ROW, **{field: value})
    country = None if for_all else "JPN"
    assert differences([ROW], [changed]) == [Difference("trees", country, field, before, after)]
    assert differences([changed], [ROW]) == [Difference("trees", country, field, after, before)]


def test_what_became_overdue_is_told_so() -> None:
    late = replace(ROW, overdue=True)
    assert differences([ROW], [late]) == [Difference("trees", "JPN", "overdue", None, "yes")]
    assert differences([late], [ROW]) == [Difference("trees", "JPN", "overdue", "yes", None)]


def test_every_field_that_the_differences_are_about_is_one_of_a_row() -> None:
    assert {field for field, *_ in CHANGED} | {"overdue"} == {*DESCRIBED, *STOOD}
    assert {*DESCRIBED, *STOOD} < {field.name for field in fields(StatusRow)}


def test_what_is_restated_is_told_once_for_all_countries() -> None:
    rows = [ROW, replace(ROW, country="KOR"), replace(ROW, country="USA")]
    restated = [replace(row, title="Plant many trees") for row in rows]
    assert differences(rows, restated) == [Difference("trees", None, "title", "Plant trees", "Plant many trees")]


def test_a_country_that_enters_or_leaves_is_told_by_what_it_stands_at() -> None:
    row = replace(ROW, kept=0, score=None)
    entered = [
        Difference("trees", "JPN", "status", None, "made"),
        Difference("trees", "JPN", "since", None, "2025-01-01"),
    ]
    assert differences([], [row]) == entered
    assert differences([row], []) == [replace(one, before=one.after, after=None) for one in entered]


def test_nothing_kept_is_told_once_something_was() -> None:
    unkept = replace(ROW, kept=0)
    assert differences([unkept], [ROW]) == [Difference("trees", "JPN", "kept", None, "1")]


def test_differences_come_by_commitment_and_country_descriptions_first() -> None:
    before = [ROW, replace(ROW, country="KOR"), replace(ROW, commitment="lakes")]
    after = [replace(row, status="lapsed", strength="low") for row in before]
    assert [(one.commitment, one.country, one.field) for one in differences(before, after)] == [
        ("lakes", None, "strength"),
        ("lakes", "JPN", "status"),
        ("trees", None, "strength"),
        ("trees", "JPN", "status"),
        ("trees", "KOR", "status"),
    ]


def test_the_differences_between_two_days_and_two_positions_are_those_of_the_facts_between() -> None:
    log = given(made(), reaffirmed(), fulfilled(parties=("JPN",)), assessed(score=1), amended(strength="low")).log
    two_days = differences(log.status(date(2025, 2, 1)), log.status(date(2025, 3, 1)))
    assert two_days == [
        Difference("trees", "JPN", "status", "reaffirmed", "fulfilled"),
        Difference("trees", "JPN", "since", "2025-02-01", "2025-03-01"),
        Difference("trees", "JPN", "kept", None, "1"),
    ]
    two_positions = differences(log.status(known=3), log.status(known=5))
    assert two_positions == [
        Difference("trees", None, "strength", "high", "low"),
        *(Difference("trees", country, "score", None, "+1") for country in ("JPN", "KOR", "USA")),
    ]
