"""The same fact twice is one event (design, section 3)."""

from __future__ import annotations

import pytest

from ledger.errors import IdMismatch, Superseded
from ledger.events.book import AlreadyRecorded
from ledger.events.kinds import Fact
from tests.kit.facts import (
    NOW,
    amended,
    assessed,
    fulfilled,
    lapsed,
    made,
    reaffirmed,
    registered,
    retracted,
    source,
)
from tests.kit.scenario import given

EVERY_KIND: list[Fact] = [
    registered(),
    made(),
    reaffirmed(),
    fulfilled(),
    lapsed(),
    assessed(),
    amended(title="Plant many trees"),
]


@pytest.mark.parametrize("number", range(len(EVERY_KIND)), ids=lambda n: EVERY_KIND[n].kind)
def test_content_that_is_in_the_log_is_not_recorded_again(number: int) -> None:
    given(*EVERY_KIND).when(EVERY_KIND[number]).already_recorded(number + 1)


def test_a_fact_is_known_again_even_where_the_table_would_refuse_a_second() -> None:
    given(made(), fulfilled()).when(made()).already_recorded(1)


def test_a_first_event_said_again_with_its_description_is_known_again_after_an_amendment() -> None:
    given(made(), amended(title="Plant many trees")).when(made()).already_recorded(1)


@pytest.mark.parametrize(
    "otherwise",
    [
        fulfilled(note="Many trees were planted."),
        fulfilled(day="2025-03-02"),
        fulfilled(occurrence="first round"),
        fulfilled(parties=("JPN",)),
        fulfilled(source=source(2)),
    ],
)
def test_what_differs_in_anything_that_is_said_is_another_event(otherwise: Fact) -> None:
    given(made(), fulfilled()).when(otherwise).recorded()


def test_a_fact_that_was_retracted_is_superseded_and_says_where_it_stands() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    then = stage.when(fulfilled()).refused(
        Superseded,
        stage.id_of(2),
        "at position 2",
        "retracted (at position 3)",
        "what is new in its note or reason",
    )
    assert isinstance(then.outcome, Superseded)
    assert (then.outcome.event, then.outcome.position) == (stage.id_of(2), 2)


def test_a_fact_that_was_retracted_is_recorded_with_something_new_in_its_note() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    stage.when(fulfilled(note="Trees were planted, as the minutes show.")).recorded()


def test_a_statement_that_was_retracted_is_superseded_as_it_was() -> None:
    stage = given(registered())
    stage.when(retracted(stage.id_of(1), commitment=None, statement="pact")).recorded()
    stage.when(registered()).refused(Superseded, "retracted (at position 2)")


def test_an_amendment_that_a_later_one_has_restated_is_superseded() -> None:
    history: list[Fact] = [made(), amended(title="A"), amended(title="B")]
    given(*history).when(amended(title="A")).refused(Superseded, "at position 2", "restated (at position 3)")
    given(*history).when(amended(title="B")).already_recorded(3)


def test_an_amendment_is_in_force_while_later_ones_restate_other_fields() -> None:
    given(made(), amended(title="A"), amended(strength="low")).when(amended(title="A")).already_recorded(2)


def test_an_amendment_of_two_fields_of_which_one_was_restated_is_superseded() -> None:
    both = amended(title="A", strength="low")
    given(made(), both, amended(strength="medium")).when(both).refused(Superseded, "restated (at position 3)")


def test_an_amendment_is_in_force_again_when_what_restated_it_is_retracted() -> None:
    stage = given(made(), amended(title="A"), amended(title="B"))
    stage.when(retracted(stage.id_of(3))).recorded()
    stage.when(amended(title="A")).already_recorded(2)
    stage.when(amended(title="B")).refused(Superseded, "retracted (at position 4)")


def test_a_retracted_amendment_is_superseded_by_its_retraction() -> None:
    stage = given(made(), amended(title="A"))
    stage.when(retracted(stage.id_of(2))).recorded()
    stage.when(amended(title="A")).refused(Superseded, "retracted (at position 3)")


def test_the_id_that_a_line_claims_is_checked_once_its_parties_are_spelled_out() -> None:
    stage = given(made(), fulfilled(parties=("JPN", "KOR")))
    unsorted = fulfilled(parties=("KOR", "JPN"))
    assert stage.log.book.judge(unsorted, 3, NOW, stage.id_of(2)) == AlreadyRecorded(stage.id_of(2), 2)


def test_a_false_claim_is_told_from_what_the_content_amounts_to() -> None:
    stage = given(made())
    with pytest.raises(IdMismatch, match="is not the digest of this content") as told:
        stage.log.book.judge(fulfilled(), 3, NOW, stage.id_of(1))
    stage.when(fulfilled()).recorded()
    assert (told.value.given, told.value.computed) == (stage.id_of(1), stage.id_of(2))
