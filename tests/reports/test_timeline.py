"""What the pictures show agrees with what the rows say, on every day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.events.vocabulary import STATUSES
from ledger.projections.dossier import Dossier, dossier
from ledger.reports.page.timeline import Era, counted, era_of, event_name, happened, lived
from tests.kit.scenario import PlainLog
from tests.kit.strategies import DAYS, logs

COUNTRIES = ("JPN", "KOR", "USA")
A_DAY = timedelta(days=1)
LAST = DAYS[-1] + A_DAY


def dossiers_of(log: PlainLog, as_of: date) -> list[Dossier]:
    names = sorted({name for entry in log.entries if (name := getattr(entry.fact, "commitment", None))})
    streams = (
        [entry for entry in log.entries if getattr(entry.fact, "commitment", None) == name] for name in names
    )
    return [one for stream in streams if (one := dossier(stream, as_of=as_of)) is not None]


def days_of(era: Era) -> list[date]:
    return [era.start + n * A_DAY for n in range((era.end - era.start).days)]


@given(log=logs())
def test_bars_say_of_each_day_what_the_status_was(log: PlainLog) -> None:
    told = dossiers_of(log, LAST)
    era = era_of(told, LAST)
    for day in days_of(era):
        rows = {(row.commitment, row.country): row.status for one in dossiers_of(log, day) for row in one.rows}
        bars = [
            (one.commitment, bar["country"], bar["status"])
            for one in told
            for bar in lived(one, COUNTRIES, era)
            if bar["from"] <= day.isoformat() < bar["until"]
        ]
        assert {(name, country): status for name, country, status in bars} == rows
        assert len(bars) == len(rows)


@given(log=logs())
def test_areas_count_the_rows_of_each_day(log: PlainLog) -> None:
    told = dossiers_of(log, LAST)
    era = era_of(told, LAST)
    for country in COUNTRIES:
        areas = counted(told, country, era)
        for day in days_of(era):
            rows = [row for one in dossiers_of(log, day) for row in one.rows if row.country == country]
            last = max(area["on"] for area in areas if area["on"] <= day.isoformat())
            heights = {area["status"]: area["high"] - area["low"] for area in areas if area["on"] == last}
            assert heights == {status: Counter(row.status for row in rows)[status] for status in STATUSES}
        end = [area for area in areas if area["on"] == era.end.isoformat()]
        before = [area for area in areas if area["on"] <= LAST.isoformat()][-len(STATUSES) :]
        assert [(one["low"], one["high"]) for one in end] == [(one["low"], one["high"]) for one in before]


@given(log=logs())
def test_points_are_the_events_that_count(log: PlainLog) -> None:
    for one in dossiers_of(log, LAST):
        shown = Counter((point["country"], point["on"], point["event"]) for point in happened(one, COUNTRIES))
        counting = (told.entry.fact for told in one.told if told.retracted_by is None)
        dated = [fact for fact in counting if fact.kind not in ("amended", "retracted")]
        assert shown == Counter(
            (country, str(fact.occurred_on), event_name(fact.kind, getattr(fact, "score", None)))
            for fact in dated
            for country in fact.parties
        )


@given(start=st.dates(date(1900, 1, 1), date(2100, 1, 1)), days=st.integers(1, 60_000))
def test_the_axis_names_two_to_five_days_within_the_era(start: date, days: int) -> None:
    era = Era(start, start + days * A_DAY)
    ticks, _ = era.ticks()
    assert 2 <= len(ticks) <= 5
    assert ticks == sorted(set(ticks))
    assert era.start.isoformat() <= ticks[0]
    assert ticks[-1] <= era.end.isoformat()
