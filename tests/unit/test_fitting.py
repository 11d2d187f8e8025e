"""What is shown fits the width it is given, in character cells, and loses no sign of what it says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.lifecycle import Standing
from ledger.projections.spells import Spell
from ledger.reports import fitting
from ledger.reports.fitting import broken, fitted
from ledger.reports.rows import Column, as_table
from ledger.reports.terminal import Layout
from ledger.reports.timeline import timeline
from tests.kit.terminal import cells

WORDS = st.text(alphabet="abc日本대/-.=&?  ", max_size=120)
DAY = date(2025, 1, 1)


def column(header: str, **layout: bool) -> Column:
    return Column(header, lambda row: row[header], **layout)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.integers(40, 120))
def test_a_table_fits_and_loses_nothing(texts: list[tuple[str, str, str]], width: int) -> None:
    names = ("one", "two", "three")
    rows = [dict(zip(names, row, strict=True)) for row in texts]
    columns = (column("one", name=True), column("two", name=True), column("three", right=True))

    shown = as_table(rows, columns, Layout(width, False))

    assert max(map(cells, shown.splitlines())) <= width
    body = shown.split("\n", 2)[2]
    assert sorted("".join(body.split())) == sorted("".join("".join("".join(row).split()) for row in texts))


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 30)), min_size=1, max_size=8), st.integers(8, 120))
def test_widths_take_the_room_and_no_more(wanted: list[tuple[int, int]], room: int) -> None:
    natural, floor = [width for width, _ in wanted], [min(pair) for pair in wanted]

    widths = fitted(natural, (floor,), room)

    assert sum(widths) == min(sum(natural), room) or sum(natural) <= room
    assert all(got <= width for got, width in zip(widths, natural, strict=True))
    if sum(floor) <= room:
        assert all(got >= least for got, least in zip(widths, floor, strict=True)), "a floor holds if it can"


def test_names_stay_whole_before_words_do() -> None:
    rows = [{"name": "free-open-indo-pacific", "said": "word " * 30}]

    first, *rest = as_table(rows, (column("name", name=True), column("said")), Layout(50, False)).splitlines()[2:]

    assert first.startswith("free-open-indo-pacific  word ")
    assert all(line.startswith(" " * 24 + "word") for line in rest)


@given(WORDS, st.integers(1, 40))
def test_long_words_break_at_their_joints_and_nothing_is_lost(text: str, width: int) -> None:
    shown = broken(text, width)

    assert shown.replace("\n", "") == text
    for word in text.split():
        if cells(word) <= width:
            assert word in shown


def test_an_address_is_broken_where_its_parts_are_joined() -> None:
    address = "https://example.org/stories/young-leaders-meet-in-osaka"

    assert broken(f"See {address}", 24).splitlines() == [
        "See https://example.org/",
        "stories/young-leaders-",
        "meet-in-osaka",
    ]
    assert broken("short-words stay", 24) == "short-words stay"


@pytest.mark.parametrize(("text", "wide"), [("日本", 4), ("대한민국", 8), ("e\u0301", 1), ("", 0), ("a\nbcd", 3)])
def test_wide_signs_take_two_cells_and_marks_none(text: str, wide: int) -> None:
    assert fitting.cells(text) == wide


def spell(country: str, begin: int, end: int | None, status: str, *, entered: bool = True) -> Spell:
    """From day `begin` to day `end`, counted from the first of 2025; not `entered`: of an earlier event."""
    day = DAY + timedelta(begin)
    since = day if entered else DAY
    until = None if end is None else DAY + timedelta(end)
    return Spell(country, day, until, Standing(status=status, since=since))


def test_a_life_is_drawn_to_scale_and_told_in_words() -> None:
    lives = [spell("JPN", 0, 10, "made"), spell("JPN", 10, None, "fulfilled"), spell("KOR", 5, None, "made")]

    shown = list(timeline(lives, DAY + timedelta(38), Layout(41, False)))

    assert shown == [
        "  2025-01-01                   2025-02-08",
        "  JPN  made 2025-01-01 ",
        "      → fulfilled 2025-01-11 ",
        "  M─────────F━━━━━━━━━━━━━━━━━━━━━━━━━━━━",
        "  KOR  made 2025-01-06 ",
        "       M─────────────────────────────────",
    ]


def test_countries_of_one_life_are_drawn_once_and_what_changes_nothing_is_no_mark() -> None:
    lives = [
        part
        for country in ("JPN", "KOR", "USA")
        for part in (spell(country, 0, 4, "fulfilled"), spell(country, 4, None, "fulfilled", entered=False))
    ]

    _, told, drawn = timeline(lives, DAY + timedelta(9), Layout(42, False))

    assert told.strip() == "JPN KOR USA  fulfilled 2025-01-01"
    assert drawn.strip() == "F" + "━" * 39


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(["made", "fulfilled", "lapsed"])), min_size=1, max_size=6
    ),
    st.integers(0, 100),
    st.integers(40, 120),
)
def test_a_timeline_fits_however_long_the_life(turns: list[tuple[int, str]], more: int, width: int) -> None:
    days = sorted(dict(turns).items())
    ends = [*(day for day, _ in days[1:]), None]
    lives = [spell("JPN", day, end, status) for (day, status), end in zip(days, ends, strict=True)]

    shown = [line.rstrip() for line in timeline(lives, DAY + timedelta(days[-1][0] + more), Layout(width, False))]

    assert max(map(len, shown)) <= width
    assert shown[-1][-1] in "MFL─━┄"
