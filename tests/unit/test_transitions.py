"""The lifecycle cell by cell: the design's table (section 3) is written out here, and each cell is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, get_args

import pytest

from ledger.errors import IllegalTransition
from ledger.events.kinds import Fact
from ledger.events.lifecycle import TABLE, Refusal, step
from ledger.events.vocabulary import NATURES, STATUSES, LapseReason, Nature, Status
from tests.kit.facts import amended, fulfilled, lapsed, made, reaffirmed
from tests.kit.scenario import given

# "-" refuses the step. One row for each status before, one column for each event.
DESIGN = {
    "standing": """
        before      made    reaffirmed  fulfilled  lapsed
        (none)      made    reaffirmed  -          -
        made        -       reaffirmed  fulfilled  lapsed
        reaffirmed  -       reaffirmed  fulfilled  lapsed
        fulfilled   -       reaffirmed  fulfilled  lapsed
        lapsed      -       reaffirmed  fulfilled  lapsed
    """,
    "one-off": """
        before      made    reaffirmed  fulfilled  lapsed
        (none)      made    reaffirmed  -          -
        made        -       reaffirmed  fulfilled  lapsed
        reaffirmed  -       reaffirmed  fulfilled  lapsed
        fulfilled   -       fulfilled   -          if-reversed
        lapsed      -       reaffirmed  fulfilled  -
    """,
}
REASONS = ("deadline-passed", "reversed", "superseded", "abandoned", "moot")


def cells() -> Iterator[tuple[Any, Any, Any, str]]:
    """(nature, status before, event, outcome) of every cell that is written out above."""
    for nature, table in DESIGN.items():
        header, *rows = (line.split() for line in table.strip().splitlines())
        for before, *outcomes in rows:
            for event, outcome in zip(header[1:], outcomes, strict=True):
                yield nature, None if before == "(none)" else before, event, outcome


def steps() -> Iterator[Any]:
    """The cells, those of `lapsed` once for each of the five reasons."""
    for nature, before, event, outcome in cells():
        for reason in REASONS if event == "lapsed" else (None,):
            after = outcome
            if outcome == "if-reversed":
                after = "lapsed" if reason == "reversed" else "-"
            name = " ".join(filter(None, (nature, before or "nothing", "then", event, reason)))
            yield pytest.param(nature, before, event, reason, None if after == "-" else after, id=name)


def ways_to(before: str | None, nature: str) -> list[list[Fact]]:
    """The histories that bring Japan to a status, the last event of each on the 1st of March at the latest."""
    begun = made(nature=nature)
    said = reaffirmed(title="Plant trees", nature=nature, strength="high", parties=begun.parties, day="2025-01-01")
    others = made(nature=nature, parties=("KOR", "USA"))
    match before:
        case None:
            joined = amended(parties=("JPN", "KOR", "USA"))
            return [[others, joined]]
        case "made":
            return [[begun]]
        case "reaffirmed":
            return [[said], [begun, reaffirmed()], [begun, lapsed(day="2025-02-01"), reaffirmed(day="2025-03-01")]]
        case "fulfilled":
            return [[begun, fulfilled()], [said, fulfilled()], [begun, lapsed(day="2025-02-01"), fulfilled()]]
        case _:
            return [[begun, lapsed(day="2025-03-01")], [said, lapsed(day="2025-03-01")]]


def proposal(event: str, reason: str | None) -> Fact:
    """What is said of Japan on the 1st of June."""
    fields: dict[str, Any] = {"day": "2025-06-01", "parties": ("JPN",)}
    match event:
        case "made":
            return made(**fields, title=None, nature=None, strength=None)
        case "reaffirmed":
            return reaffirmed(**fields)
        case "fulfilled":
            return fulfilled(**fields)
        case _:
            return lapsed(**fields, reason=reason)


@pytest.mark.parametrize(("nature", "before", "event", "reason", "after"), list(steps()))
def test_the_step_is_as_the_design_has_it(
    nature: Nature, before: Status | None, event: Status, reason: LapseReason | None, after: Status | None
) -> None:
    for history in ways_to(before, nature):
        stage = given(*history)
        assert {row.country: row.status for row in stage.log.status()}.get("JPN") == before
        then = stage.when(proposal(event, reason))
        if after is None:
            then.refused(IllegalTransition, f"trees cannot be {event} for JPN on 2025-06-01").statuses(JPN=before)
            assert isinstance(then.outcome, IllegalTransition)
            assert then.outcome.before == before
            assert then.outcome.event == event
        else:
            then.recorded().statuses(JPN=after)


def test_every_cell_of_the_table_is_written_out_once() -> None:
    written = [(nature, before, event) for nature, before, event, _ in cells()]
    assert sorted(written, key=str) == sorted(product(NATURES, (None, *STATUSES), STATUSES), key=str)
    assert len(written) == 40


def test_the_program_has_the_same_cells_and_no_other() -> None:
    assert TABLE.keys() == set(product((None, *STATUSES), STATUSES))
    assert all(cell.keys() == set(NATURES) for cell in TABLE.values())


def test_the_five_reasons_of_a_lapse_are_all_tried() -> None:
    assert get_args(LapseReason) == REASONS


@pytest.mark.parametrize(("nature", "before", "event", "reason", "after"), list(steps()))
def test_what_is_refused_is_told_with_what_would_be_accepted(
    nature: Nature, before: Status | None, event: Status, reason: LapseReason | None, after: Status | None
) -> None:
    outcome = step(before, event, nature, reason)
    assert isinstance(outcome, Refusal) == (after is None)
    if isinstance(outcome, Refusal):
        assert any(accepted in outcome for accepted in ("record", "reaffirmed", "assessed", "reversed"))


def test_a_promise_kept_and_said_again_is_still_named_after_the_day_it_was_kept() -> None:
    then = given(made(nature="one-off"), fulfilled(day="2025-03-01")).when(reaffirmed(day="2025-06-01")).recorded()
    [row, *_] = then.log.status()
    assert (row.status, str(row.since), row.event) == ("fulfilled", "2025-03-01", then.log.entries[1].id)
    assert (row.events, row.kept) == (3, 1)


def test_a_standing_pledge_that_was_kept_and_restated_keeps_its_performance_in_sight() -> None:
    kept: list[Fact] = [fulfilled(day="2025-03-01"), fulfilled(day="2025-04-01", occurrence="second round")]
    then = given(made(), *kept).when(reaffirmed(day="2025-06-01")).recorded().statuses(JPN="reaffirmed")
    [row, *_] = then.log.status()
    assert (row.kept, str(row.last_kept), str(row.since)) == (2, "2025-04-01", "2025-06-01")


@pytest.mark.parametrize("first", [made(), reaffirmed(title="Plant trees", nature="standing", strength="high")])
def test_what_begins_the_record_of_a_country_tells_its_origin(first: Fact) -> None:
    first = first.model_copy(update={"parties": ("JPN",)})
    origins = {"made": "made", "reaffirmed": "outside"}
    then = given(first).when(fulfilled()).recorded()
    assert [row.origin for row in then.log.status()] == [origins[first.kind]]


def test_a_step_is_legal_for_one_country_and_not_for_another() -> None:
    history: list[Fact] = [made(nature="one-off"), fulfilled(parties=("JPN",))]
    given(*history).when(fulfilled(day="2025-06-01")).refused(IllegalTransition, "for JPN").statuses(
        JPN="fulfilled", KOR="made", USA="made"
    )
    given(*history).when(fulfilled(day="2025-06-01", parties=("KOR", "USA"))).recorded().statuses(
        JPN="fulfilled", KOR="fulfilled", USA="fulfilled"
    )
