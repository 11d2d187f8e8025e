"""What may be voided, once, and what must still hold without it (design, section 3)."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import BadInput, IllegalTransition, Refused, UnknownName
from ledger.events.kinds import Fact, Retracted
from ledger.events.lines import content_of, fact_from
from tests.kit.facts import (
    TEXT,
    amended,
    assessed,
    fulfilled,
    lapsed,
    made,
    reaffirmed,
    registered,
    retracted,
)
from tests.kit.scenario import given


def of_statement(event: str, reason: str = "mistaken") -> Retracted:
    return retracted(event, commitment=None, statement="pact", reason=reason)


@pytest.mark.parametrize("fact", [reaffirmed(), fulfilled(), lapsed()], ids=lambda fact: str(fact.kind))
def test_a_retracted_event_counts_no_more_and_stays_in_the_log(fact: Fact) -> None:
    stage = given(made(), fact)
    then = stage.when(retracted(stage.id_of(2))).recorded().statuses(JPN="made", KOR="made", USA="made")
    assert [entry.fact.kind for entry in then.log.entries] == ["made", fact.kind, "retracted"]
    assert {row.events for row in then.log.status()} == {1}
    assert {row.status for row in then.log.status(known=2)} == {fact.kind}


def test_a_retracted_assessment_leaves_the_one_before_it() -> None:
    stage = given(made(), assessed(day="2025-05-01", score=-1), assessed(day="2025-06-01", score=1))
    then = stage.when(retracted(stage.id_of(3))).recorded()
    assert {(row.score, row.scored_on) for row in then.log.status()} == {(-1, date(2025, 5, 1))}


def test_a_retraction_bears_on_all_countries_that_the_event_named() -> None:
    stage = given(made(), fulfilled(parties=("JPN", "KOR")))
    stage.when(retracted(stage.id_of(2))).recorded().statuses(JPN="made", KOR="made", USA="made")


def test_a_retraction_is_not_itself_retracted() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    stage.when(retracted(stage.id_of(3))).refused(Refused, "is itself a retraction", "record the fact anew")


def test_what_is_retracted_is_not_retracted_again() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    again = retracted(stage.id_of(2), reason="mistaken indeed")
    stage.when(again).refused(Refused, "was retracted before, at position 3")


def test_the_same_retraction_twice_is_one() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    stage.when(retracted(stage.id_of(2))).already_recorded(3)


@pytest.mark.parametrize("event", ["0" * 32, "f" * 32])
def test_an_event_that_is_not_on_record_is_not_retracted(event: str) -> None:
    given(made()).when(retracted(event)).refused(UnknownName, f"{event} is no event of trees")


def test_an_event_is_retracted_of_the_commitment_that_it_belongs_to() -> None:
    stage = given(made(), made("lakes"))
    stage.when(retracted(stage.id_of(2), commitment="trees")).refused(UnknownName, "is no event of trees")


def test_an_event_of_a_commitment_that_is_not_on_record_is_not_retracted() -> None:
    given(made()).when(retracted("0" * 32, commitment="lakes")).refused(
        UnknownName, "lakes is no commitment on record"
    )


def test_a_retraction_names_a_commitment_or_a_statement_and_not_both() -> None:
    content = content_of(retracted("0" * 32))
    for fields in ({"statement": "pact"}, {"commitment": None}):
        wrong = {name: value for name, value in (content | fields).items() if value is not None}
        with pytest.raises(BadInput, match="name the commitment or the statement"):
            fact_from(wrong)


def test_a_retraction_must_leave_a_legal_timeline() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(1))).refused(
        IllegalTransition, "without the retracted entry", "trees cannot be fulfilled for JPN on 2025-03-01"
    ).statuses(JPN="fulfilled")


def test_a_revival_between_two_lapses_of_a_one_off_is_not_retracted() -> None:
    history: list[Fact] = [
        made(nature="one-off"),
        lapsed(day="2025-02-01"),
        reaffirmed(day="2025-03-01"),
        lapsed(day="2025-04-01"),
    ]
    stage = given(*history)
    stage.when(retracted(stage.id_of(3))).refused(IllegalTransition, "lapses once")


def test_a_timeline_that_is_legal_for_some_of_the_countries_is_not_enough() -> None:
    stage = given(made(), fulfilled(parties=("USA",)))
    stage.when(retracted(stage.id_of(1))).refused(IllegalTransition, "for USA")


def test_events_are_taken_back_from_the_last_to_the_first() -> None:
    stage = given(made(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    stage.when(retracted(stage.id_of(1))).recorded().statuses(JPN=None, KOR=None, USA=None)


def test_what_was_retracted_is_replaced_on_another_day() -> None:
    stage = given(made(), fulfilled(day="2025-03-01"))
    stage.when(retracted(stage.id_of(2))).recorded()
    then = stage.when(fulfilled(day="2025-03-02")).recorded()
    assert {str(row.since) for row in then.log.status()} == {"2025-03-02"}


def test_a_statement_is_retracted_if_nothing_cites_it() -> None:
    stage = given(registered(text=TEXT))
    stage.when(of_statement(stage.id_of(1))).recorded()


def test_a_statement_that_is_cited_is_not_retracted() -> None:
    said = made(statement="pact", source=None)
    stage = given(registered(), said)
    stage.when(of_statement(stage.id_of(1))).refused(Refused, "the statement pact is cited by trees")


@pytest.mark.parametrize("citing", [made, reaffirmed])
def test_a_statement_is_retracted_once_all_that_cited_it_was(citing: object) -> None:
    first = made(statement="pact", source=None) if citing is made else made()
    facts: list[Fact] = [registered(), first]
    if citing is reaffirmed:
        facts.append(reaffirmed(statement="pact", source=None))
    stage = given(*facts)
    stage.when(of_statement(stage.id_of(1))).refused(Refused, "is cited by trees")
    stage.when(retracted(stage.id_of(len(facts)))).recorded()
    stage.when(of_statement(stage.id_of(1))).recorded()


def test_of_many_that_cite_a_statement_a_few_are_named() -> None:
    names = ("a", "b", "c", "d")
    stage = given(registered(), *(made(name, statement="pact", source=None) for name in names))
    stage.when(of_statement(stage.id_of(1))).refused(Refused, "is cited by a, b, c and others")


def test_an_amendment_that_is_no_citation_keeps_no_statement() -> None:
    stage = given(registered(), made(), amended(title="Another"))
    stage.when(of_statement(stage.id_of(1))).recorded()


def test_the_id_of_a_retracted_statement_may_be_registered_anew() -> None:
    stage = given(registered())
    stage.when(registered(title="Another pact")).refused(Refused, "pact is on record with other content")
    stage.when(of_statement(stage.id_of(1))).recorded()
    stage.when(registered(title="Another pact")).recorded()
    stage.when(registered(title="A third pact")).refused(Refused, "pact is on record with other content")


def test_a_statement_registered_anew_is_retracted_by_its_new_event() -> None:
    stage = given(registered())
    stage.when(of_statement(stage.id_of(1))).recorded()
    stage.when(registered(title="Another pact")).recorded()
    stage.when(of_statement(stage.id_of(1), "again")).refused(Refused, "was retracted before, at position 2")
    stage.when(of_statement(stage.id_of(3))).recorded()


def test_a_statement_that_is_not_on_record_is_not_retracted() -> None:
    given().when(of_statement("0" * 32)).refused(UnknownName, "pact is no statement on record")


def test_the_retraction_of_a_statement_is_not_retracted() -> None:
    stage = given(registered())
    stage.when(of_statement(stage.id_of(1))).recorded()
    stage.when(of_statement(stage.id_of(2))).refused(Refused, "is itself a retraction")


def test_a_statement_that_was_known_at_a_position_is_known_there_for_ever() -> None:
    stage = given(registered())
    stage.when(of_statement(stage.id_of(1))).recorded()
    stage.when(registered(title="Another pact")).recorded()
    history = stage.log.book.statement("pact")
    titles = [None if (found := history.in_force(known)) is None else found[2].title for known in range(4)]
    assert titles == [None, "A pact", None, "Another pact"]
    now = history.in_force()
    assert now is not None
    assert now[:2] == (3, stage.id_of(3))
