"""What changed, event by event and between two points, under random histories. Properties quote their rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import event, example, given
from hypothesis import strategies as st

from ledger.events.kinds import Amended, Fact
from ledger.projections.changes import replay
from ledger.projections.differences import DESCRIBED, STOOD, differences
from ledger.projections.rows import Difference, StatusRow
from tests.kit import facts as plain
from tests.kit.scenario import PlainLog
from tests.kit.scenario import given as on_record
from tests.kit.strategies import COUNTRIES, DAYS, logs


def with_its_nature_taken_back() -> PlainLog:
    """A promise kept and said again, so that its status goes by its nature, which is amended and taken back."""
    facts: list[Fact] = [plain.made(nature="one-off"), plain.fulfilled(), plain.reaffirmed(day="2025-04-01")]
    before = on_record(*facts, plain.amended(nature="standing"))
    return before.when(plain.retracted(before.id_of(4))).recorded().log


Answer = dict[tuple[str, str], dict[str, str | None]]


@given(logs())
@example(with_its_nature_taken_back())
def test_the_last_thing_replay_says_of_a_country_is_its_current_status(log: PlainLog) -> None:
    """`replay`: every event in log order with what it changed, country by country."""
    told = {(effect.commitment, effect.country): effect.after for effect in replay(log.entries) if effect.country}
    current = {(row.commitment, row.country): row.status for row in log.status()}
    assert {key: status for key, status in told.items() if status} == current


@given(logs())
@example(with_its_nature_taken_back())
def test_each_effect_begins_where_the_one_before_it_of_that_country_ended(log: PlainLog) -> None:
    """`replay`: every event in log order with what it changed, country by country."""
    stood: dict[tuple[str | None, str], str | None] = {}
    for effect in replay(log.entries):
        if effect.country is not None:
            key = (effect.commitment, effect.country)
            assert effect.before == stood.get(key)
            stood[key] = effect.after


@given(logs())
@example(with_its_nature_taken_back())
def test_replay_tells_of_each_position_what_became_of_the_status_there(log: PlainLog) -> None:
    """What this ledger knew at a position is what it knew at the one before, and what the event changed."""
    stood: dict[tuple[str | None, str | None], str | None] = {}
    effects = list(replay(log.entries))
    for known in range(1, len(log.entries) + 1):
        at_this = [effect for effect in effects if effect.position == known and effect.country]
        stood |= {(effect.commitment, effect.country): effect.after for effect in at_this}
        rows = {(row.commitment, row.country): row.status for row in log.status(known=known)}
        assert {key: status for key, status in stood.items() if status} == rows


@given(logs())
def test_the_last_thing_replay_says_of_a_description_is_how_it_stands(log: PlainLog) -> None:
    """`amended` restates descriptions in log order; retracting one takes that back."""
    restated = {
        (effect.commitment, effect.detail): effect.after
        for effect in replay(log.entries)
        if effect.commitment and effect.country is None
    }
    for row in log.status():
        for name in DESCRIBED:
            if (row.commitment, name) in restated:
                event(name)
                assert _told(getattr(row, name)) == restated[row.commitment, name]


@given(logs(), st.integers(1, 30))
def test_replay_from_a_position_is_the_end_of_the_whole_replay(log: PlainLog, start: int) -> None:
    """`replay --from N`."""
    assert list(replay(log.entries, start)) == [one for one in replay(log.entries) if one.position >= start]


@given(logs())
def test_every_dated_event_has_an_effect_for_each_of_its_parties_even_if_it_changes_nothing(log: PlainLog) -> None:
    """`replay`: every event in log order with what it changed, country by country."""
    effects = list(replay(log.entries))
    assert [effect.position for effect in effects] == sorted(effect.position for effect in effects)
    for entry in log.entries:
        parties = getattr(entry.fact, "parties", None) if hasattr(entry.fact, "commitment") else None
        if parties and not isinstance(entry.fact, Amended):
            told = [effect.country for effect in effects if effect.position == entry.position and effect.country]
            assert told == list(parties)


def points() -> st.SearchStrategy[tuple[date, int | None]]:
    """A day, and a position or the end of the log."""
    return st.tuples(st.sampled_from([*DAYS, date.max]), st.none() | st.integers(0, 24))


@given(logs(), points())
def test_nothing_differs_between_an_answer_and_itself(log: PlainLog, point: tuple[date, int | None]) -> None:
    """`diff FROM TO`: what changed between two days or two positions."""
    answer = log.status(*point)
    assert differences(answer, answer) == []


@given(logs(), points(), points())
def test_the_differences_carry_one_answer_over_into_the_other(
    log: PlainLog, before: tuple[date, int | None], after: tuple[date, int | None]
) -> None:
    """`diff FROM TO`: what changed. Nothing that changed is left out, and nothing else is named."""
    first, second = log.status(*before), log.status(*after)
    found = differences(first, second)
    event(f"{min(len(found), 8)} differences")
    assert all(one.before != one.after for one in found)
    assert len(set(found)) == len(found)
    was, now = _answer(first), _answer(second)
    carried = _carried_over(was, found)
    for key in was.keys() | now.keys():
        names = FIELDS if key in was and key in now else STOOD
        for name in names:
            assert carried.get(key, {}).get(name) == now.get(key, {}).get(name)


@given(logs(), points(), points())
def test_the_differences_backwards_are_the_same_with_their_sides_exchanged(
    log: PlainLog, before: tuple[date, int | None], after: tuple[date, int | None]
) -> None:
    """`diff FROM TO`: the two points are asked about in the same way."""
    first, second = log.status(*before), log.status(*after)
    turned = [replace(one, before=one.after, after=one.before) for one in differences(second, first)]
    assert turned == differences(first, second)


FIELDS = (*DESCRIBED, *STOOD)


def _answer(rows: list[StatusRow]) -> Answer:
    """The noteworthy fields of rows, as text."""
    return {(row.commitment, row.country): {name: _noted(row, name) for name in FIELDS} for row in rows}


def _noted(row: StatusRow, name: str) -> str | None:
    """As it is told: a score with its sign; nothing kept and not overdue, as countries are anyway, not at all."""
    value = getattr(row, name)
    if name == "score" and value is not None:
        return {-1: "-1", 0: "0", 1: "+1"}[value]
    return None if name == "kept" and value == 0 else _told(value)


def _told(value: object) -> str | None:
    if value is True:
        return "yes"
    return None if value is None or value is False else str(value)


def _carried_over(answer: Answer, found: list[Difference]) -> Answer:
    """The answer with each difference written into it, whose `before` must be what stands there."""
    carried = {key: dict(row) for key, row in answer.items()}
    for one in found:
        if one.country is not None:
            keys = [(one.commitment, one.country)]
        else:
            keys = [(one.commitment, country) for country in COUNTRIES if (one.commitment, country) in answer]
        for key in keys:
            row = carried.setdefault(key, {})
            assert row.get(one.field) == one.before
            row[one.field] = one.after
    return carried
