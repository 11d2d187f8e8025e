"""Days: none to come, any that was, and a timeline that is judged as a whole (design, sections 2 and 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from ledger.errors import BadInput, FutureFact, IllegalTransition
from ledger.events.kinds import Fact
from ledger.events.rules import latest_day
from ledger.events.times import parse_day
from tests.kit.facts import amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted
from tests.kit.scenario import given

NOON = datetime(2025, 6, 30, 12, tzinfo=UTC)
DATED: list[Any] = [made, reaffirmed, fulfilled, lapsed, assessed]


@pytest.mark.parametrize(
    ("recorded_at", "latest"),
    [
        ("2025-06-30T09:59:59.999999+00:00", "2025-06-30"),
        ("2025-06-30T10:00:00+00:00", "2025-07-01"),
        ("2025-06-30T23:59:59+00:00", "2025-07-01"),
        ("2025-07-01T09:59:59+00:00", "2025-07-01"),
        ("2025-06-30T00:00:00+14:00", "2025-06-30"),
        ("2025-06-29T23:59:59-12:00", "2025-07-01"),
        ("2024-02-28T10:00:00+00:00", "2024-02-29"),
        ("2025-12-31T10:00:00+00:00", "2026-01-01"),
        ("0001-01-01T00:00:00+00:00", "0001-01-01"),
        ("9999-12-31T09:59:59+00:00", "9999-12-31"),
        ("9999-12-31T10:00:00+00:00", "9999-12-31"),
        ("9999-12-31T23:59:59.999999+00:00", "9999-12-31"),
    ],
)
def test_the_latest_today_on_earth_is_that_of_utc_plus_14(recorded_at: str, latest: str) -> None:
    assert latest_day(datetime.fromisoformat(recorded_at)) == date.fromisoformat(latest)


@pytest.mark.parametrize("event", [*DATED, registered])
def test_a_day_that_has_begun_nowhere_on_earth_is_refused(event: Any) -> None:
    on = {"occurred_on": "2025-07-02"}
    given().when(event(**on), at=NOON).refused(
        FutureFact, "2025-07-02 is yet to come", "dated 2025-07-01 or before"
    )


@pytest.mark.parametrize("event", DATED[1:])
def test_a_day_that_has_begun_somewhere_on_earth_is_taken(event: Any) -> None:
    given(made()).when(event(day="2025-07-01"), at=NOON).recorded()


def test_the_zone_in_which_the_time_is_told_makes_no_difference() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-11)))
    given().when(made(day="2025-07-01"), at=elsewhere).recorded()
    given().when(made(day="2025-07-02"), at=elsewhere).refused(FutureFact, "yet to come")


def test_at_the_end_of_time_everything_has_happened() -> None:
    end = datetime.max.replace(tzinfo=UTC)
    given().when(made(day="9999-12-31"), at=end).recorded()
    given().when(made(day="9999-12-31"), at=end - timedelta(days=2)).refused(FutureFact, "9999-12-30")


def test_a_due_date_may_be_to_come() -> None:
    given().when(made(day="2025-07-01", due="2030-01-01"), at=NOON).recorded()
    given(made()).when(amended(due="2030-01-01"), at=NOON).recorded()


def test_what_has_no_day_of_its_own_is_never_to_come() -> None:
    stage = given(made())
    long_ago = datetime(1900, 1, 1, tzinfo=UTC)
    stage.when(amended(title="Another"), at=long_ago).recorded()
    stage.when(retracted(stage.id_of(2)), at=long_ago).recorded()


def test_an_entry_that_is_known_already_is_known_even_to_a_clock_that_is_behind() -> None:
    given(made(day="2025-01-01")).when(
        made(day="2025-01-01"), at=datetime(1900, 1, 1, tzinfo=UTC)
    ).already_recorded(1)


def test_a_backdated_event_does_not_move_today_s_status() -> None:
    then = given(made(), lapsed(day="2025-04-01")).when(fulfilled(day="2025-03-01")).recorded()
    then.statuses(JPN="lapsed", KOR="lapsed", USA="lapsed")
    assert {row.status for row in then.log.status(date(2025, 3, 31))} == {"fulfilled"}
    assert {row.kept for row in then.log.status()} == {1}


def test_a_backdated_event_is_unknown_before_it_was_recorded() -> None:
    then = given(made(), lapsed(day="2025-04-01")).when(fulfilled(day="2025-03-01")).recorded()
    assert {row.status for row in then.log.status(date(2025, 3, 31), known=2)} == {"made"}


def test_a_backdated_event_after_which_what_follows_would_be_illegal_is_refused() -> None:
    one_off = made(nature="one-off")
    given(one_off, fulfilled(day="2025-03-01")).when(fulfilled(day="2025-02-01")).refused(
        IllegalTransition,
        "with fulfilled on 2025-02-01 recorded",
        "trees cannot be fulfilled for JPN on 2025-03-01, where it is fulfilled",
    ).statuses(JPN="fulfilled")


def test_a_backdated_event_that_is_itself_illegal_is_refused_for_its_own_day() -> None:
    given(made(day="2025-02-01")).when(fulfilled(day="2025-01-31")).refused(
        IllegalTransition, "trees cannot be fulfilled for JPN on 2025-01-31, where it has no status yet"
    )


def test_a_commitment_is_not_made_again_before_it_was_made() -> None:
    given(made(day="2025-02-01")).when(made(day="2025-01-01", title=None)).refused(
        IllegalTransition, "with made on 2025-01-01 recorded, trees cannot be made for JPN on 2025-02-01"
    )


def test_what_entered_by_reaffirmation_may_turn_out_to_have_been_made_in_the_record() -> None:
    entered = reaffirmed(title="Plant trees", nature="standing", strength="high", parties=("JPN",))
    then = given(entered).when(made(day="2025-01-01", parties=("JPN",))).recorded().statuses(JPN="reaffirmed")
    assert {row.origin for row in then.log.status()} == {"made"}
    assert {row.origin for row in then.log.status(known=1)} == {"outside"}


def test_nothing_is_made_after_it_was_reaffirmed() -> None:
    entered = reaffirmed(title="Plant trees", nature="standing", strength="high", parties=("JPN",))
    given(entered).when(made(day="2025-03-01", parties=("JPN",))).refused(IllegalTransition, "is made once")


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ((fulfilled, reaffirmed), "reaffirmed"),
        ((reaffirmed, fulfilled), "fulfilled"),
        ((lapsed, fulfilled), "fulfilled"),
        ((fulfilled, lapsed), "lapsed"),
    ],
)
def test_of_two_events_on_one_day_the_one_recorded_later_comes_later(order: tuple[Any, Any], status: str) -> None:
    first, second = (event(day="2025-06-01") for event in order)
    given(made(), first).when(second).recorded().statuses(JPN=status, KOR=status, USA=status)


def test_on_one_day_an_event_is_judged_after_those_recorded_before_it() -> None:
    on_the_day: list[Fact] = [made(nature="one-off", day="2025-06-01"), fulfilled(day="2025-06-01")]
    given(*on_the_day).when(fulfilled(day="2025-06-01", note="Once more.")).refused(IllegalTransition, "kept once")
    given(on_the_day[0]).when(lapsed(day="2025-06-01", reason="moot")).recorded()


def test_overdue_is_computed_from_the_day_after_the_due_date_until_it_is_settled() -> None:
    history: list[Fact] = [
        made(due="2025-02-01"),
        reaffirmed(day="2025-02-10", parties=("KOR", "USA")),
        fulfilled(day="2025-03-01", parties=("USA",)),
        lapsed(day="2025-03-01", parties=("KOR",)),
    ]
    log = given(*history).log

    def overdue(day: str) -> set[str]:
        return {row.country for row in log.status(date.fromisoformat(day)) if row.overdue}

    assert overdue("2025-02-01") == set()
    assert overdue("2025-02-02") == {"JPN", "KOR", "USA"}
    assert overdue("2025-02-28") == {"JPN", "KOR", "USA"}
    assert overdue("2025-03-01") == {"JPN"}


def test_a_pledge_kept_and_then_restated_is_overdue_again() -> None:
    log = given(made(due="2025-02-01"), fulfilled(), reaffirmed(day="2025-04-01")).log
    assert [any(row.overdue for row in log.status(date(2025, month, 2))) for month in (3, 4)] == [False, True]


def test_without_a_due_date_nothing_is_overdue() -> None:
    assert not any(row.overdue for row in given(made()).log.status(date.max))


@pytest.mark.parametrize(
    "written",
    ["2025-W14-4", "20250403", "2025-4-3", "2025-04-3 ", "\uff12025-04-03", "2025-02-30", "0000-01-01", ""],
)
def test_a_day_is_written_in_one_form_alone(written: str) -> None:
    with pytest.raises(BadInput, match="not a date like"):
        parse_day(written)
