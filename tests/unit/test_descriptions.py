"""A commitment's description: given once, repeated as it stands, restated by `amended` (design, section 3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.errors import BadInput, IllegalTransition, Refused, Superseded, UnknownName
from ledger.events.history import Described
from ledger.events.kinds import Changes, Fact
from ledger.events.lines import content_of, fact_from
from tests.kit.facts import ALL, amended, assessed, fulfilled, lapsed, made, reaffirmed, retracted
from tests.kit.scenario import PlainLog, given

DESCRIBED: dict[str, Any] = {
    "title": "Plant trees",
    "nature": "standing",
    "strength": "high",
    "theme": "land-use",
    "due": "2025-12-01",
    "due_basis": "inferred",
}


def description(log: PlainLog) -> Described:
    described = log.book.history("trees").description()
    assert described is not None
    return described


@pytest.mark.parametrize("first", [made, reaffirmed])
def test_the_first_event_carries_the_description(first: Any) -> None:
    then = given().when(first(parties=("USA", "JPN"), **DESCRIBED)).recorded()
    assert description(then.log) == Described(
        title="Plant trees",
        nature="standing",
        strength="high",
        theme="land-use",
        due=date(2025, 12, 1),
        due_basis="inferred",
        parties=("JPN", "USA"),
    )


@pytest.mark.parametrize("lacking", ["title", "nature", "strength", "parties"])
@pytest.mark.parametrize("first", [made, reaffirmed])
def test_a_first_event_that_lacks_part_of_the_description_is_refused_by_its_name(first: Any, lacking: str) -> None:
    fields = {"title": "Plant trees", "nature": "standing", "strength": "high", "parties": ALL} | {lacking: None}
    given().when(first(**fields)).refused(Refused, f"the first event of trees also needs {lacking}")


def test_a_first_event_that_names_its_parties_and_describes_nothing_is_told_all_that_it_lacks() -> None:
    given().when(reaffirmed(parties=ALL)).refused(
        Refused, "the first event of trees also needs title, nature, strength"
    )


def test_theme_and_due_date_may_be_left_out_of_the_description() -> None:
    then = given().when(made()).recorded()
    assert (description(then.log).theme, description(then.log).due) == (None, None)


@pytest.mark.parametrize(
    "fact",
    [fulfilled(), lapsed(), assessed(), reaffirmed(), amended(title="Plant more"), retracted("0" * 32)],
    ids=lambda fact: str(fact.kind),
)
def test_nothing_happens_to_a_commitment_that_is_not_on_record(fact: Fact) -> None:
    given().when(fact).refused(UnknownName, "trees is no commitment on record")


def test_the_description_survives_the_retraction_of_the_event_that_gave_it() -> None:
    stage = given(made(**DESCRIBED))
    then = stage.when(retracted(stage.id_of(1))).recorded()
    assert then.log.status() == []
    assert description(then.log).title == "Plant trees"
    again = reaffirmed(day="2025-03-01")  # which describes nothing
    given(made(**DESCRIBED), retracted(stage.id_of(1))).when(again).recorded().statuses(
        JPN="reaffirmed", KOR="reaffirmed", USA="reaffirmed"
    )


def test_after_the_first_event_is_retracted_the_description_still_binds_whoever_describes_anew() -> None:
    stage = given(made(**DESCRIBED))
    given(made(**DESCRIBED), retracted(stage.id_of(1))).when(
        made(day="2025-01-02", **DESCRIBED | {"nature": "one-off"})
    ).refused(Refused, "nature is standing")


def test_a_later_event_may_repeat_the_description_as_it_stands() -> None:
    given(made(**DESCRIBED)).when(reaffirmed(**DESCRIBED)).recorded()


def test_a_later_event_that_repeats_the_description_for_fewer_parties_leaves_the_commitment_all_of_its_own() -> (
    None
):
    then = given(made(**DESCRIBED)).when(reaffirmed(parties=("JPN",), **DESCRIBED)).recorded()
    assert description(then.log).parties == ALL


def test_a_description_repeated_in_full_adds_no_party() -> None:
    given(made(**DESCRIBED)).when(reaffirmed(parties=("AUS", "JPN"), **DESCRIBED)).refused(
        UnknownName, "AUS is no party of trees"
    )


def test_a_description_repeated_as_amended_is_not_what_stands_once_the_amendment_is_retracted() -> None:
    again = reaffirmed(**DESCRIBED | {"title": "Plant many trees"})
    stage = given(made(**DESCRIBED), amended(title="Plant many trees"), again)
    then = stage.when(retracted(stage.id_of(2))).recorded()
    assert description(then.log).title == "Plant trees"


@pytest.mark.parametrize(
    ("name", "value", "stands"),
    [
        ("title", "Fell trees", "title is Plant trees"),
        ("nature", "one-off", "nature is standing"),
        ("strength", "low", "strength is high"),
        ("theme", "climate", "theme is land-use"),
        ("due", "2025-12-02", "due is 2025-12-01"),
    ],
)
def test_a_later_event_that_describes_it_otherwise_is_refused(name: str, value: str, stands: str) -> None:
    repeated = {name: value}
    given(made(**DESCRIBED)).when(reaffirmed(**repeated)).refused(Refused, stands, "amend it")


def test_a_description_field_that_never_was_given_is_not_added_in_passing() -> None:
    given(made()).when(reaffirmed(theme="climate")).refused(Refused, "theme is not given")


def test_a_due_basis_repeated_otherwise_is_refused() -> None:
    given(made(**DESCRIBED)).when(reaffirmed(due="2025-12-01", due_basis="stated")).refused(
        Refused, "due_basis is inferred"
    )


def test_a_repetition_is_held_against_the_description_as_amended() -> None:
    history: list[Fact] = [made(**DESCRIBED), amended(title="Plant many trees")]
    given(*history).when(reaffirmed(title="Plant many trees")).recorded()
    given(*history).when(reaffirmed(title="Plant trees")).refused(Refused, "title is Plant many trees")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Plant many trees"),
        ("nature", "one-off"),
        ("strength", "low"),
        ("theme", "climate"),
        ("due", date(2026, 1, 1)),
        ("due_basis", "stated"),
        ("parties", ("AUS", "JPN", "KOR", "USA")),
    ],
)
def test_an_amendment_restates_one_field_and_leaves_the_others(name: str, value: Any) -> None:
    stage = given(made(**DESCRIBED))
    before = description(stage.log)
    then = stage.when(amended(**{name: value})).recorded()
    assert description(then.log) == before._replace(**{name: value})


def test_the_last_amendment_of_a_field_stands() -> None:
    then = given(made(), amended(title="A"), amended(strength="low")).when(amended(title="B")).recorded()
    assert (description(then.log).title, description(then.log).strength) == ("B", "low")


def test_an_amendment_holds_for_the_days_before_it_too() -> None:
    then = given(made(day="2025-01-01")).when(amended(title="As it was meant")).recorded()
    assert {row.title for row in then.log.status(date(2025, 1, 1))} == {"As it was meant"}


def test_an_amendment_is_unknown_before_it_was_recorded() -> None:
    then = given(made()).when(amended(title="As it was meant")).recorded()
    assert {row.title for row in then.log.status(known=1)} == {"Plant trees"}


def test_a_retracted_amendment_leaves_the_description_as_it_was() -> None:
    stage = given(made(), amended(title="Mistaken"))
    then = stage.when(retracted(stage.id_of(2))).recorded()
    assert description(then.log).title == "Plant trees"
    assert {row.title for row in then.log.status(known=2)} == {"Mistaken"}


def test_an_amendment_adds_a_party() -> None:
    joined = amended(parties=("USA", "AUS", "JPN", "KOR"))
    then = given(made(), joined).when(reaffirmed(parties=("AUS",))).recorded()
    then.statuses(AUS="reaffirmed", JPN="made")
    assert description(then.log).parties == ("AUS", "JPN", "KOR", "USA")


def test_an_amendment_removes_no_party_that_has_events() -> None:
    given(made()).when(amended(parties=("JPN", "USA"))).refused(Refused, "KOR is no party of trees", "events")


def test_an_assessment_alone_keeps_a_party() -> None:
    joined: list[Fact] = [made(parties=("JPN",)), amended(parties=("JPN", "KOR")), assessed(parties=("KOR",))]
    given(*joined).when(amended(parties=("JPN",))).refused(Refused, "KOR is no party of trees")


def test_an_amendment_removes_a_party_that_has_no_events_or_none_in_force() -> None:
    added: list[Fact] = [made(parties=("JPN",)), amended(parties=("JPN", "KOR"))]
    given(*added).when(amended("trees", "added by mistake", parties=("JPN",))).recorded()
    stage = given(*added, reaffirmed(parties=("KOR",)))
    given(*added, reaffirmed(parties=("KOR",)), retracted(stage.id_of(3))).when(
        amended("trees", "added by mistake", parties=("JPN",))
    ).recorded().statuses(JPN="made", KOR=None)


def test_an_amendment_that_added_a_party_with_events_is_not_retracted() -> None:
    stage = given(made(parties=("JPN",)), amended(parties=("JPN", "KOR")), reaffirmed(parties=("KOR",)))
    stage.when(retracted(stage.id_of(2))).refused(Refused, "without this amendment", "KOR is no party")


def test_an_amendment_of_the_nature_must_leave_legal_timelines() -> None:
    kept_twice: list[Fact] = [made(), fulfilled(), fulfilled(day="2025-04-01")]
    given(*kept_twice).when(amended(nature="one-off")).refused(
        IllegalTransition, "with this amendment", "kept once"
    ).statuses(JPN="fulfilled")
    given(*kept_twice[:2]).when(amended(nature="one-off")).recorded()


def test_an_amendment_of_the_nature_is_not_retracted_once_timelines_depend_on_it() -> None:
    stage = given(made(nature="one-off"), amended(nature="standing"), fulfilled(), fulfilled(day="2025-04-01"))
    stage.when(retracted(stage.id_of(2))).refused(IllegalTransition, "without this amendment", "kept once")


def test_an_amendment_of_the_nature_changes_what_a_reaffirmation_of_a_kept_promise_means() -> None:
    history: list[Fact] = [made(nature="one-off"), fulfilled(), reaffirmed(day="2025-04-01")]
    given(*history).when(amended(nature="standing")).recorded().statuses(JPN="reaffirmed")


def test_terms_that_were_renegotiated_are_a_new_commitment_and_the_old_one_lapsed_as_superseded() -> None:
    superseded = lapsed(reason="superseded")
    then = given(made(), superseded).when(made("more-trees", "2025-04-01", title="Plant more trees")).recorded()
    statuses = {(row.commitment, row.country): row.status for row in then.log.status()}
    assert statuses["trees", "JPN"] == "lapsed"
    assert statuses["more-trees", "JPN"] == "made"


def test_a_due_date_is_taken_back_together_with_its_basis() -> None:
    then = given(made(**DESCRIBED)).when(amended(due=None, due_basis=None)).recorded()
    assert (description(then.log).due, description(then.log).due_basis) == (None, None)
    assert content_of(then.log.entries[1].fact)["changes"] == {"due": None, "due_basis": None}


def test_the_basis_alone_is_taken_back() -> None:
    then = given(made(**DESCRIBED)).when(amended(due_basis=None)).recorded()
    assert (description(then.log).due, description(then.log).due_basis) == (date(2025, 12, 1), None)


def test_a_basis_without_a_due_date_is_refused() -> None:
    given(made()).when(amended(due_basis="stated")).refused(Refused, "due_basis and no due date")


def test_a_due_date_on_whose_amendment_a_basis_rests_is_not_retracted_alone() -> None:
    stage = given(made(), amended(due="2025-12-01"), amended(due_basis="stated"))
    stage.when(retracted(stage.id_of(2))).refused(Refused, "without this amendment", "due_basis and no due date")


@pytest.mark.parametrize("kind", ["made", "reaffirmed"])
def test_a_basis_without_a_due_date_is_no_description(kind: str) -> None:
    content = content_of(made()) | {"kind": kind, "due_basis": "stated"}
    with pytest.raises(BadInput, match="there is no due date"):
        fact_from(content)


@pytest.mark.parametrize("name", ["title", "theme", "nature", "strength", "parties"])
def test_only_the_due_date_and_its_basis_can_be_taken_back_with_null(name: str) -> None:
    content = {"kind": "amended", "commitment": "trees", "changes": {name: None}, "reason": "wrong"}
    with pytest.raises(BadInput, match="only due and due_basis can be taken back with null"):
        fact_from(content)


@pytest.mark.parametrize("changes", [{"due": None}, {"due": None, "due_basis": "stated"}])
def test_a_due_date_is_not_taken_back_while_its_basis_stays(changes: dict[str, Any]) -> None:
    content = {"kind": "amended", "commitment": "trees", "changes": changes, "reason": "wrong"}
    with pytest.raises(BadInput, match="together with its due_basis"):
        fact_from(content)


def test_an_amendment_restates_something() -> None:
    with pytest.raises(BadInput, match="name at least one description field"):
        fact_from({"kind": "amended", "commitment": "trees", "changes": {}, "reason": "wrong"})


def test_a_field_left_out_of_an_amendment_is_not_taken_back() -> None:
    assert content_of(amended(title="Only this"))["changes"] == {"title": "Only this"}
    assert Changes(title="Only this").model_fields_set == {"title"}


def test_an_amendment_back_and_forth_says_what_is_new() -> None:
    there_and_back: list[Fact] = [made(), amended(title="A"), amended(title="B")]
    given(*there_and_back).when(amended(title="A")).refused(Superseded, "restated (at position 3)", "reason")
    given(*there_and_back).when(amended("trees", "A it was, after all", title="A")).recorded()
