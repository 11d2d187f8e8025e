"""What each event changed, as `replay` tells it (design, section 6)."""

from __future__ import annotations

from datetime import date

from ledger.events.kinds import Fact
from ledger.projections.changes import replay
from tests.kit.facts import ALL, amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted
from tests.kit.scenario import PlainLog, given

Told = tuple[int, str | None, str | None, str | None, str | None]


def told(log: PlainLog, start: int = 1) -> list[Told]:
    return [(one.position, one.country, one.before, one.after, one.detail) for one in replay(log.entries, start)]


def of_japan(*facts: Fact) -> list[Told]:
    return [one for one in told(given(*facts).log, len(facts)) if one[1] in ("JPN", None)]


def test_a_lifecycle_event_is_told_country_by_country() -> None:
    log = given(made(), fulfilled(parties=("JPN", "USA"))).log
    assert told(log) == [
        (1, "JPN", None, "made", None),
        (1, "KOR", None, "made", None),
        (1, "USA", None, "made", None),
        (2, "JPN", "made", "fulfilled", "kept 0 → 1"),
        (2, "USA", "made", "fulfilled", "kept 0 → 1"),
    ]


def test_an_effect_carries_what_its_entry_says() -> None:
    log = given(made(parties=("JPN",))).log
    [effect] = replay(log.entries)
    assert (effect.kind, effect.commitment, effect.statement) == ("made", "trees", None)
    assert (effect.occurred_on, effect.event) == (date(2025, 1, 1), log.entries[0].id)
    assert effect.recorded_at == log.entries[0].recorded_at


def test_a_reaffirmation_of_what_is_reaffirmed_moves_its_day() -> None:
    assert of_japan(made(), reaffirmed(), reaffirmed(day="2025-03-01")) == [
        (3, "JPN", "reaffirmed", "reaffirmed", "since 2025-02-01 → 2025-03-01")
    ]


def test_another_cycle_kept_is_counted() -> None:
    assert of_japan(made(), fulfilled(), fulfilled(day="2025-04-01")) == [
        (3, "JPN", "fulfilled", "fulfilled", "kept 1 → 2")
    ]


def test_a_backdated_event_that_moves_nothing_at_the_end_still_has_its_rows() -> None:
    effects = of_japan(made(), lapsed(day="2025-04-01"), reaffirmed(day="2025-03-01"))
    assert [one[:4] for one in effects] == [(3, "JPN", "lapsed", "lapsed")]


def test_an_assessment_tells_the_score() -> None:
    assert of_japan(made(), assessed(score=0)) == [(2, "JPN", "made", "made", "score none → 0")]
    assert of_japan(made(), assessed(score=-1), assessed(day="2025-06-01", score=1)) == [
        (3, "JPN", "made", "made", "score -1 → +1")
    ]


def test_an_assessment_of_an_earlier_day_leaves_the_latest_score() -> None:
    [(position, country, before, after, detail)] = of_japan(made(), assessed(score=1), assessed(day="2025-04-01"))
    assert (position, country, before, after) == (3, "JPN", "made", "made")
    assert detail is not None
    assert "score 0" in detail


def test_an_amendment_tells_the_fields_that_it_restates_with_their_values() -> None:
    facts: list[Fact] = [made(), amended(title="Plant many trees", due="2025-12-01")]
    assert of_japan(*facts) == [
        (2, None, "Plant trees", "Plant many trees", "title"),
        (2, None, None, "2025-12-01", "due"),
    ]


def test_an_amendment_of_the_parties_tells_them_in_words() -> None:
    assert of_japan(made(parties=("JPN",)), amended(parties=("JPN", "KOR"))) == [
        (2, None, "JPN", "JPN KOR", "parties")
    ]


def test_an_amendment_that_restates_a_field_as_it_stands_changes_nothing() -> None:
    assert of_japan(made(), amended(title="Plant trees")) == []


def test_an_amendment_of_the_nature_tells_the_statuses_that_it_moves() -> None:
    history: list[Fact] = [made(nature="one-off"), fulfilled(), reaffirmed(day="2025-04-01")]
    assert [one[:4] for one in of_japan(*history, amended(nature="standing"))] == [
        (4, None, "one-off", "standing"),
        (4, "JPN", "fulfilled", "reaffirmed"),
    ]


def test_the_retraction_of_an_amendment_tells_the_field_that_is_as_it_was() -> None:
    stage = given(made(), amended(title="Mistaken"))
    stage.when(retracted(stage.id_of(2))).recorded()
    assert told(stage.log, 3) == [(3, None, "Mistaken", "Plant trees", "title")]


def test_the_retraction_of_an_amendment_of_the_nature_tells_the_statuses_that_it_moves() -> None:
    stage = given(made(nature="one-off"), fulfilled(), reaffirmed(day="2025-04-01"), amended(nature="standing"))
    stage.when(retracted(stage.id_of(4))).recorded()
    assert [one[:4] for one in told(stage.log, 5)] == [
        (5, None, "standing", "one-off"),
        *((5, country, "reaffirmed", "fulfilled") for country in ALL),
    ]


def test_a_retraction_is_told_for_the_countries_that_the_event_named() -> None:
    stage = given(made(), fulfilled(parties=("JPN", "KOR")))
    stage.when(retracted(stage.id_of(2))).recorded()
    assert told(stage.log, 3) == [
        (3, "JPN", "fulfilled", "made", "kept 1 → 0"),
        (3, "KOR", "fulfilled", "made", "kept 1 → 0"),
    ]


def test_the_retraction_of_all_that_there_was_leaves_no_status() -> None:
    stage = given(made(parties=("JPN",)))
    stage.when(retracted(stage.id_of(1))).recorded()
    assert [one[:4] for one in told(stage.log, 2)] == [(2, "JPN", "made", None)]


def test_a_statement_is_told_of_no_country() -> None:
    stage = given(registered())
    stage.when(retracted(stage.id_of(1), commitment=None, statement="pact")).recorded()
    effects = list(replay(stage.log.entries))
    assert [(one.statement, one.commitment, one.country) for one in effects] == [("pact", None, None)] * 2
    assert [(one.after, one.detail) for one in effects] == [("registered", "A pact"), ("retracted", None)]


def test_commitments_are_told_apart() -> None:
    log = given(made(parties=("JPN",)), made("lakes", parties=("JPN",)), lapsed("lakes", parties=("JPN",))).log
    effects = [(one.commitment, one.before, one.after) for one in replay(log.entries)]
    assert effects == [("trees", None, "made"), ("lakes", None, "made"), ("lakes", "made", "lapsed")]


def test_replay_from_a_position_knows_what_was_before_it() -> None:
    assert told(given(made(parties=("JPN",)), fulfilled()).log, 2) == [
        (2, "JPN", "made", "fulfilled", "kept 0 → 1")
    ]
