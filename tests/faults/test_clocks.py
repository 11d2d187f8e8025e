"""Clocks that are wrong: set back, set forward, an hour twice or never, at either end of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.cli.options import known as parsed
from ledger.errors import FutureFact, Refused
from ledger.events.times import format_time
from tests.conftest import Ticking
from tests.kit.facts import made, reaffirmed
from tests.kit.process import Program
from tests.kit.scratch import scratch

FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
EARLY: Final = "0001-01-01"

zones = st.one_of(
    st.just(UTC),
    st.integers(-14 * 60 + 1, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    st.sampled_from(["Europe/Brussels", "America/New_York", "Asia/Seoul", "Pacific/Kiritimati"]).map(ZoneInfo),
)
moments = st.one_of(
    st.datetimes(timezones=zones),
    st.sampled_from(
        [
            *(FIRST, LAST, datetime(2024, 2, 29, tzinfo=UTC), datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
            *(
                end.replace(tzinfo=ZoneInfo(zone))
                for end in (FIRST, LAST)
                for zone in ("Asia/Seoul", "Etc/GMT+12")
            ),
        ]
    ),
)
"""What a clock may say from one append to the next, with no regard to what it said before."""


def recorded(path: Path, readings: Sequence[datetime]) -> list[datetime]:
    """The times that are put on events, one for each reading of the clock; the record is intact."""
    clock: Iterator[datetime] = iter(readings)
    with Ledger.create(path, clock=lambda: next(clock)) as ledger:
        for number in range(len(readings)):
            fact = made(day=EARLY) if number == 0 else reaffirmed(day=EARLY, note=f"The {number}th time.")
            assert ledger.record(fact, by="tester").position == number + 1
        entries = ledger.entries()
        assert [entry.fact.note for entry in entries[1:]] == [f"The {n}th time." for n in range(1, len(readings))]
        assert ledger.audit().findings == ()
        assert len(ledger.status(as_of=date.max)) == 3
        for entry in entries:  # asked by its time, a line is known with all that have the same, and none after
            same = [one.position for one in entries if one.recorded_at == entry.recorded_at]
            assert ledger.position(entry.recorded_at) == same[-1]
        with Ledger.create(path.with_name("copy.db"), clock=lambda: FIRST, lines=ledger.export()) as copy:
            assert list(copy.export()) == list(ledger.export())
        return [entry.recorded_at for entry in entries]


def within_the_calendar(reading: datetime) -> datetime:
    """In UTC, where a day may lie before the first or after the last."""
    offset = reading.utcoffset()
    assert offset is not None
    local = reading.replace(tzinfo=UTC)
    if local - FIRST < offset:
        return FIRST
    return LAST if LAST - local < -offset else local - offset


@settings(max_examples=25)
@given(st.lists(moments, min_size=1, max_size=6))
def test_order_is_the_logs_and_time_never_runs_back(readings: list[datetime]) -> None:
    with scratch() as folder:
        times = recorded(Path(folder) / "ledger.db", readings)
    utc = [within_the_calendar(reading) for reading in readings]
    assert times == [max(utc[: number + 1]) for number in range(len(utc))]


def test_the_hour_that_comes_twice_and_the_one_that_never_comes(tmp_path: Path) -> None:
    """As clocks on walls show it. In UTC neither is anything special."""
    brussels = ZoneInfo("Europe/Brussels")
    twice = [datetime(2025, 10, 26, 2, 30, tzinfo=brussels, fold=fold) for fold in (0, 1)]
    never = [datetime(2026, 3, 29, 2, 30, tzinfo=brussels), datetime(2026, 3, 29, 3, 15, tzinfo=brussels)]
    assert list(map(format_time, recorded(tmp_path / "ledger.db", twice + never))) == [
        "2025-10-26T00:30:00.000000Z",
        "2025-10-26T01:30:00.000000Z",
        "2026-03-29T01:30:00.000000Z",
        "2026-03-29T01:30:00.000000Z",  # a quarter of an hour earlier, were it not for the line before
    ]


@pytest.mark.parametrize("now", [FIRST, LAST], ids=["the year 1", "the year 9999"])
def test_a_record_is_kept_at_either_end_of_time(tmp_path: Path, now: datetime) -> None:
    assert recorded(tmp_path / "ledger.db", [now, now]) == [now, now]


def test_a_clock_that_was_set_forward_by_mistake_is_caught_up_with_and_never_undone(tmp_path: Path) -> None:
    """The times stand still until the clock is there again. What is dated is judged by the clock of its line."""
    right, wrong = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    clock = iter([right, wrong, right, wrong + timedelta(seconds=1)])
    with Ledger.create(tmp_path / "ledger.db", clock=lambda: next(clock)) as ledger:
        for fact in (made(), reaffirmed(), reaffirmed(note="2"), reaffirmed(note="3")):
            ledger.record(fact, by="tester")
        assert [entry.recorded_at.year for entry in ledger.entries()] == [2026, 2030, 2030, 2030]
        assert ledger.position(wrong) == 3


def test_a_leap_day_is_a_day_and_that_of_another_year_is_none(program: Program) -> None:
    program("init").ok()
    source = ("--source-title", "A", "--source-url", "https://a.org/")
    described = ("--title", "Plant trees", "--nature", "standing", "--strength", "high", "--parties", "JPN")
    assert program("make", "trees", "--on", "2024-02-29", *described, *source).ok()
    refused = program("reaffirm", "trees", "--on", "2025-02-29", *source)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    for day in ("2024-02-28", "2024-02-29", "0001-01-01", "9999-12-31"):
        found = program("status", "--as-of", day, "--format", "csv").ok().splitlines()
        assert len(found) == 1 + (day >= "2024-02-29")
    assert program("status", "--known-at", "2025-02-29").code == 2


def test_times_beyond_the_ends_of_the_calendar_may_be_asked_for(tmp_path: Path, clock: Ticking) -> None:
    with Ledger.create(tmp_path / "ledger.db", clock=clock) as ledger:
        ledger.record(made(), by="tester")
        for text, known in (
            ("9999-12-31", 1),
            ("9999-12-31T23:59:59.999999Z", 1),
            ("9999-12-31T23:59-14:00", 1),
            ("0001-01-01", 0),
            ("0001-01-01T00:00+14:00", 0),
        ):
            assert ledger.position(parsed(text)) == known


def test_a_clock_that_was_set_back_refuses_what_has_not_happened_yet(tmp_path: Path) -> None:
    """And takes it as soon as it is right again; on an empty record nothing says that it is wrong."""
    days = [datetime(2024, 12, 30, tzinfo=UTC), datetime(2024, 12, 31, 10, tzinfo=UTC)]
    clock = iter(days)
    with Ledger.create(tmp_path / "ledger.db", clock=lambda: next(clock)) as ledger:
        with pytest.raises(FutureFact):
            ledger.record(made(day="2025-01-01"), by="tester")
        assert ledger.record(made(day="2025-01-01"), by="tester").position == 1, "it is, on an island in the east"


def test_the_last_day_of_all_is_taken_on_the_last_day_alone(tmp_path: Path) -> None:
    clock = iter([LAST - timedelta(days=1), LAST])
    with Ledger.create(tmp_path / "ledger.db", clock=lambda: next(clock)) as ledger:
        fact = made(day="9999-12-31", due="9999-12-31", due_basis="stated")
        for _ in range(2):
            try:
                ledger.record(fact, by="tester")
            except Refused:
                assert ledger.size() == 0
        assert ledger.size() == 1
        assert ledger.audit().findings == ()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "nonsense"])
def test_today_is_told_wherever_the_machine_stands(brussels: Program, zone: str) -> None:
    told = brussels("status", "--format", "csv", TZ=zone).ok()
    assert told == brussels("status", "--format", "csv", TZ="UTC").ok()
