"""Clocks that are set back, forward, or to the end of time: order is the log's, and nothing crashes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from ledger import Ledger
from ledger.events.times import format_time
from tests.kit.facts import made
from tests.kit.scratch import scratch

ZONES: Final = ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Europe/Brussels")
LONG_AGO: Final = "0001-01-01"  # a fact may not lie after the clock's day, wherever that is

times = st.one_of(
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.sampled_from(ZONES).map(ZoneInfo)),  # noqa: DTZ001
    st.sampled_from(
        [
            datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC),
            datetime(2025, 3, 30, 2, 30, tzinfo=ZoneInfo("Europe/Brussels")),  # an hour that was left out
            datetime(2025, 10, 26, 2, 30, tzinfo=ZoneInfo("Europe/Brussels")),  # one that came twice
            datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Brussels")),
            datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
            datetime(1, 1, 1, tzinfo=UTC),
        ]
    ),
)


@given(st.lists(times, min_size=1, max_size=6))
@example([datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_wherever_the_clock_is_set_the_log_keeps_its_order(set_to: list[datetime]) -> None:
    told = [moment.astimezone(UTC) for moment in set_to]  # an hour that was left out equals no other
    with scratch() as folder:
        clock = iter(set_to)
        with Ledger.create(Path(folder) / "ledger.db", clock=lambda: next(clock)) as ledger:
            for number in range(len(told)):
                assert ledger.record(made(f"c-{number}", LONG_AGO), by="tester").position == number + 1
            entries = ledger.entries()
            recorded = [entry.recorded_at for entry in entries]
            assert [entry.position for entry in entries] == list(range(1, len(told) + 1))
            assert recorded == [max(told[: number + 1]) for number in range(len(told))]
            assert [format_time(moment) for moment in recorded] == sorted(map(format_time, recorded))
            for moment in recorded:
                known = {row.commitment for row in ledger.status(as_of=date.max, known_at=moment)}
                assert known == {f"c-{n}" for n, at in enumerate(recorded) if at <= moment}
            assert not ledger.audit().findings


@given(times, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_clock_that_was_set_back_is_waited_for(moment: datetime, back: timedelta) -> None:
    """What is recorded meanwhile has the time of the last line, and no time of its own invention."""
    earlier = moment.astimezone(UTC) - min(back, moment.astimezone(UTC) - datetime(1, 1, 1, tzinfo=UTC))
    clock = iter([moment, earlier])
    with scratch() as folder, Ledger.create(Path(folder) / "ledger.db", clock=lambda: next(clock)) as ledger:
        for number in range(2):
            ledger.record(made(f"c-{number}", LONG_AGO), by="tester")
        first, second = (entry.recorded_at for entry in ledger.entries())
        assert first == second == moment.astimezone(UTC)
