"""What is refused is told in one sentence, by errors that carry the values they speak of (design, section 6)."""

from __future__ import annotations

import pytest

from ledger.errors import (
    BadInput,
    FaultyLines,
    FutureFact,
    IdMismatch,
    IllegalTransition,
    LedgerError,
    LineFault,
    Refused,
    StoreBusy,
    StoreError,
    StoreExists,
    StoreMissing,
    Superseded,
    UnknownName,
)
from tests.kit.facts import fulfilled, made, reaffirmed, retracted
from tests.kit.scenario import given


@pytest.mark.parametrize(
    ("family", "members"),
    [
        (BadInput, (FaultyLines, IdMismatch)),
        (Refused, (IllegalTransition, UnknownName, Superseded, FutureFact)),
        (StoreError, (StoreMissing, StoreBusy, StoreExists)),
    ],
)
def test_each_error_belongs_to_the_family_of_its_exit_code_alone(
    family: type[LedgerError], members: tuple[type[LedgerError], ...]
) -> None:
    others = {BadInput, Refused, StoreError} - {family}
    for member in members:
        assert issubclass(member, family)
        assert not issubclass(member, tuple(others))


def test_an_unknown_name_that_is_close_to_a_known_one_is_guessed() -> None:
    error = UnknownName("commitment on record", "tres", ["trees", "lakes"], hint="`ledger status` lists them")
    assert str(error) == "tres is no commitment on record; did you mean trees?"
    assert (error.what, error.name) == ("commitment on record", "tres")


def test_an_unknown_name_that_is_close_to_several_is_guessed_as_either() -> None:
    message = str(UnknownName("theme on record", "trade", ["trade-a", "trade-b", "defence"]))
    assert "did you mean " in message
    assert " or " in message
    assert "defence" not in message


def test_an_unknown_name_that_is_close_to_none_is_told_where_to_look() -> None:
    error = UnknownName("commitment on record", "seas", ["trees"], hint="`ledger status` lists them")
    assert str(error) == "seas is no commitment on record; `ledger status` lists them"
    assert str(UnknownName("commitment on record", "seas")) == "seas is no commitment on record"


@pytest.mark.parametrize(("count", "words"), [(1, "1 line is at fault"), (2, "2 lines are at fault")])
def test_an_import_that_failed_counts_its_faults_and_keeps_them(count: int, words: str) -> None:
    faults = [LineFault(n, Refused("no")) for n in range(1, count + 1)]
    error = FaultyLines(faults)
    assert words in str(error)
    assert "nothing was imported" in str(error)
    assert error.faults == tuple(faults)


def test_an_import_is_unreadable_if_any_line_does_not_parse() -> None:
    refused, unread = LineFault(1, Refused("no")), LineFault(2, BadInput("not JSON"))
    assert not FaultyLines([refused]).unreadable
    assert FaultyLines([refused, unread]).unreadable


def test_an_illegal_step_says_what_was_refused_why_and_what_would_be_accepted() -> None:
    then = given(made(nature="one-off"), fulfilled()).when(fulfilled(day="2025-06-01"))
    assert isinstance(then.outcome, IllegalTransition)
    assert str(then.outcome) == (
        "trees cannot be fulfilled for JPN on 2025-06-01, where it is fulfilled: "
        "a one-off commitment is kept once; record later evidence as assessed"
    )
    error = then.outcome
    assert (error.commitment, error.country, error.before, error.event) == (
        "trees",
        "JPN",
        "fulfilled",
        "fulfilled",
    )


def test_a_step_that_is_illegal_because_of_another_says_which() -> None:
    stage = given(made(), reaffirmed(), fulfilled())
    stage.when(retracted(stage.id_of(2))).recorded()
    then = stage.when(retracted(stage.id_of(1)))
    assert isinstance(then.outcome, IllegalTransition)
    assert str(then.outcome).startswith(
        "without the retracted entry, trees cannot be fulfilled for JPN on 2025-03-01, where it has no status yet"
    )


def test_a_refusal_is_one_sentence_on_one_line() -> None:
    refusals = [
        given().when(fulfilled()),
        given(made()).when(made(title=None, day="2025-06-01")),
        given(made()).when(reaffirmed(title="Fell trees")),
        given(made()).when(reaffirmed(day="2999-01-01")),
        given(made()).when(reaffirmed(parties=("AUS",))),
    ]
    for then in refusals:
        assert isinstance(then.outcome, Refused)
        assert "\n" not in str(then.outcome)
        assert not str(then.outcome).endswith(".")
