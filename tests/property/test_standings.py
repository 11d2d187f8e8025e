"""The status at (D, K) against an oracle that shares no code with the program. Properties quote their rule."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.events.history import History
from ledger.events.lines import encode
from ledger.projections.spells import spells
from ledger.projections.standings import status_rows
from tests.kit.scenario import PlainLog
from tests.kit.strategies import DAYS, logs

A_DAY = timedelta(days=1)
EVERY_DAY = [DAYS[0] - A_DAY, *DAYS, DAYS[-1] + A_DAY]
LIFECYCLE = ("made", "reaffirmed", "fulfilled", "lapsed")

Row = dict[str, Any]


def told_naively(lines: Iterable[bytes], as_of: str, known: int) -> list[Row]:
    """The rows at (D, K), from the exported lines and the design's words: text, dictionaries and loops."""
    record = [json.loads(line) for line in lines][:known]
    voided = [line["event"] for line in record if line["kind"] == "retracted"]
    rows: list[Row] = []
    for name in sorted({line["commitment"] for line in record if line.get("commitment")}):
        stream = [line for line in record if line.get("commitment") == name]
        description = dict(stream[0])  # it survives that event's retraction
        for line in stream:
            if line["kind"] == "amended" and line["id"] not in voided:
                description.update(line["changes"])
        for country in sorted(description["parties"]):
            counting = [
                line
                for line in stream
                if country in line.get("parties", ()) and line["id"] not in voided and line["occurred_on"] <= as_of
            ]
            counting.sort(key=lambda line: line["occurred_on"])  # the log's order within a day
            if row := _row_of(counting, description["nature"]):
                rows.append({"commitment": name, "country": country} | _described(description, row, as_of) | row)
    return rows


def _row_of(counting: list[Row], nature: str) -> Row | None:
    steps = [line for line in counting if line["kind"] in LIFECYCLE]
    if not steps:
        return None
    naming = steps[0]
    for line in steps[1:]:
        # One-off, fulfilled: stays fulfilled when it is reaffirmed, a promise kept stays kept.
        if not (nature == "one-off" and naming["kind"] == "fulfilled" and line["kind"] == "reaffirmed"):
            naming = line
    kept = [line["occurred_on"] for line in steps if line["kind"] == "fulfilled"]
    scores = [(line["score"], line["occurred_on"]) for line in counting if line["kind"] == "assessed"]
    score, scored_on = scores[-1] if scores else (None, None)
    return {
        "status": naming["kind"],
        "since": naming["occurred_on"],
        "event": naming["id"],
        "origin": "made" if steps[0]["kind"] == "made" else "outside",
        "events": len(steps),
        "kept": len(kept),
        "last_kept": kept[-1] if kept else None,
        "score": score,
        "scored_on": scored_on,
    }


def _described(description: Row, row: Row, as_of: str) -> Row:
    due = description.get("due")
    return {name: description.get(name) for name in ("title", "theme", "nature", "strength", "due")} | {
        "overdue": due is not None and due < as_of and row["status"] in ("made", "reaffirmed")
    }


@given(logs())
@settings(max_examples=150)
def test_the_status_at_every_day_and_position_is_what_the_design_says_in_words(log: PlainLog) -> None:
    """The lifecycle events that count at (D, K) are those recorded at or before K, with `occurred_on` ≤ D, that
    name the country, and that are not retracted by an entry recorded at or before K, ordered by (`occurred_on`,
    position). The status is what folding them gives. `amended` restates descriptions in log order, for all days.
    A country that has no status yet has no row. `json` rows: all of section 6, sorted by commitment, country.
    """
    lines = [encode(entry) for entry in log.entries]
    for known in range(len(lines) + 1):
        for day in EVERY_DAY:
            rows = log.status(day, known)
            event(f"{min(len(rows), 6)} rows")
            assert [_plain(asdict(row)) for row in rows] == told_naively(lines, str(day), known)


@given(logs(), st.data())
def test_what_was_known_at_a_position_is_what_a_log_that_ends_there_says(
    log: PlainLog, data: st.DataObject
) -> None:
    """`--known-at`: what this ledger knew then; K is the end of the log unless given."""
    known = data.draw(st.integers(0, len(log.entries)))
    earlier = PlainLog()
    for entry in log.entries[:known]:
        earlier.propose(entry.fact, entry.recorded_at)
    for day in EVERY_DAY:
        assert log.status(day, known) == earlier.status(day)
    assert log.status(known=len(log.entries)) == log.status()


@given(logs())
def test_a_spell_holds_the_standing_of_each_of_its_days(log: PlainLog) -> None:
    """`spells`: who had which status from when until when."""
    for history in _histories(log):
        found = list(spells(history))
        for day in EVERY_DAY:
            on_that_day = [
                {"country": spell.country} | spell.standing._asdict()
                for spell in found
                if spell.from_day <= day and (spell.until_day is None or day < spell.until_day)
            ]
            rows = [asdict(row) for row in status_rows([history], as_of=day)]
            assert on_that_day == [{name: row[name] for name in SPELLED} for row in rows]


SPELLED = ("country", "status", "since", "event", "origin", "events", "kept", "last_kept", "score", "scored_on")


@given(logs())
def test_the_spells_of_a_country_follow_each_other_without_gap_or_overlap(log: PlainLog) -> None:
    """Each day belongs to at most one spell of a country; the last one lasts."""
    for history in _histories(log):
        by_country: dict[str, list[tuple[date, date | None]]] = {}
        for spell in spells(history):
            by_country.setdefault(spell.country, []).append((spell.from_day, spell.until_day))
        for days in by_country.values():
            assert [until for _, until in days] == [begins for begins, _ in days[1:]] + [None]
            assert all(until is None or begins < until for begins, until in days)


def _histories(log: PlainLog) -> list[History]:
    names = {getattr(entry.fact, "commitment", None) for entry in log.entries} - {None}
    return [log.book.history(str(name)) for name in names]


def _plain(row: Row) -> Row:
    return {name: str(value) if isinstance(value, date) else value for name, value in row.items()}
