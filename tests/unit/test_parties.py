"""Whom an event bears on: parties left out, spelled out, and those that may not be named (design, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Refused, UnknownName
from ledger.events.kinds import Fact
from tests.kit.facts import ALL, amended, assessed, fulfilled, lapsed, made, reaffirmed, registered
from tests.kit.scenario import PlainLog, given

LATER: list[Any] = [reaffirmed, fulfilled, lapsed, assessed]


def parties_of_last(log: PlainLog) -> Any:
    return getattr(log.entries[-1].fact, "parties", None)


@pytest.mark.parametrize("event", LATER)
def test_parties_left_out_are_all_of_the_commitments_with_a_source_alone(event: Any) -> None:
    then = given(made(parties=("USA", "JPN"))).when(event()).recorded()
    assert parties_of_last(then.log) == ("JPN", "USA")


@pytest.mark.parametrize("event", LATER)
def test_parties_are_spelled_out_sorted_and_each_once(event: Any) -> None:
    then = given(made()).when(event(parties=("USA", "JPN", "USA"))).recorded()
    assert parties_of_last(then.log) == ("JPN", "USA")


def test_parties_left_out_follow_an_amendment() -> None:
    then = given(made(parties=("JPN",)), amended(parties=("KOR", "JPN"))).when(reaffirmed()).recorded()
    assert parties_of_last(then.log) == ("JPN", "KOR")


def test_parties_left_out_are_those_of_the_commitment_that_are_also_the_statements() -> None:
    accord = registered("accord", parties=("AUS", "JPN", "KOR"))
    said = reaffirmed(statement="accord", source=None)
    then = given(made(), accord).when(said).recorded().statuses(JPN="reaffirmed", KOR="reaffirmed", USA="made")
    assert parties_of_last(then.log) == ("JPN", "KOR")


def test_parties_left_out_of_an_event_in_whose_statement_no_party_of_the_commitment_took_part_are_refused() -> (
    None
):
    accord = registered("accord", parties=("AUS",))
    given(made(), accord).when(reaffirmed(statement="accord", source=None)).refused(Refused, "party", "statement")


def test_a_first_event_names_its_parties_even_with_a_statement() -> None:
    first = made(statement="pact", source=None, parties=None)
    given(registered()).when(first).refused(Refused, "the first event of trees also needs parties")


def test_the_parties_of_a_statement_are_spelled_out_as_well() -> None:
    then = given().when(registered(parties=("USA", "JPN", "JPN"))).recorded()
    assert parties_of_last(then.log) == ("JPN", "USA")


def test_the_parties_of_an_amendment_are_spelled_out_as_well() -> None:
    then = given(made()).when(amended(parties=("USA", "AUS", "KOR", "JPN", "AUS"))).recorded()
    assert getattr(then.log.entries[-1].fact, "changes").parties == ("AUS", "JPN", "KOR", "USA")  # noqa: B009


@pytest.mark.parametrize("event", LATER)
def test_an_event_names_no_country_that_is_no_party_of_its_commitment(event: Any) -> None:
    given(made(parties=("JPN", "KOR"))).when(event(parties=("JPN", "USA"))).refused(
        UnknownName, "USA is no party of trees", "its parties are JPN KOR"
    )


def test_an_event_names_no_country_that_is_no_party_of_its_statement() -> None:
    accord = registered("accord", parties=("JPN", "KOR"))
    given(made(), accord).when(reaffirmed(statement="accord", source=None, parties=("JPN", "USA"))).refused(
        UnknownName, "USA is no party of accord"
    )
    given(accord).when(made(statement="accord", source=None, parties=ALL)).refused(
        UnknownName, "USA is no party of accord"
    )


def test_a_source_beside_the_statement_does_not_widen_its_parties() -> None:
    accord = registered("accord", parties=("JPN", "KOR"))
    given(made(), accord).when(reaffirmed(statement="accord", parties=("USA",))).refused(
        UnknownName, "USA is no party of accord"
    )


@pytest.mark.parametrize(
    "spelled", [("JPN", "KOR", "USA"), ("USA", "KOR", "JPN"), ("KOR", "JPN", "USA", "USA"), None]
)
def test_however_its_parties_are_spelled_it_is_the_same_fact(spelled: Any) -> None:
    history: list[Fact] = [made(), fulfilled(parties=("JPN", "KOR", "USA"))]
    given(*history).when(fulfilled(parties=spelled)).already_recorded(2)


def test_a_country_that_an_event_does_not_name_keeps_its_status() -> None:
    given(made()).when(fulfilled(parties=("KOR",))).recorded().statuses(JPN="made", KOR="fulfilled", USA="made")
