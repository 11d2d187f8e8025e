"""A ledger and a plain list of lines are told the same things in any order, and must agree on everything.

The list is `tests.property.naive`, which knows the design's words and nothing of the program.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger import Ledger
from ledger.errors import BadInput, FaultyLines, Refused, Superseded
from ledger.events.lines import content_of, fact_from
from ledger.intake import read
from tests.kit import facts as plain
from tests.kit.scratch import scratch
from tests.kit.strategies import COMMITMENTS, DAYS, proposed_facts
from tests.property.naive import Content, NaiveRecord, in_force, time_of

hands = st.integers(0, 1)
"""Two people have the ledger open, each with a connection of their own."""
recorders = st.sampled_from(["analyst", "Ana Lüst"])
as_ofs = st.sampled_from(DAYS)
places = st.integers(0, 30)
"""Counts back from the last line, round and round."""
anything = proposed_facts(*COMMITMENTS).map(content_of)
SOURCE = {"title": "Source 1", "url": "https://example.org/1"}
steps = st.sampled_from(
    [
        {"kind": "made"},
        {"kind": "reaffirmed"},
        {"kind": "fulfilled"},
        {"kind": "fulfilled", "parties": ["KOR"]},
        {"kind": "lapsed", "reason": "abandoned"},
        {"kind": "lapsed", "reason": "reversed"},
        {"kind": "lapsed", "reason": "reversed", "parties": ["JPN", "USA"]},
        {"kind": "assessed", "score": 1},
    ]
)
START = datetime(2025, 1, 3, 12, tzinfo=UTC)
"""So that with the clock turned back a little, some of the days that facts are dated are yet to come."""
files = st.lists(st.one_of(anything, proposed_facts("seas").map(content_of), places), max_size=10)
"""What a file says: facts, and lines that it retracts, which may be its own."""
BEGINNING = [
    content_of(fact)
    for fact in (
        plain.registered("pact", text=plain.TEXT),
        plain.registered("accord", parties=("JPN", "KOR")),
        plain.made("trees", nature="standing", due="2025-01-03", due_basis="stated", title="Care for trees"),
        plain.reaffirmed(
            "seas", "2025-01-02", nature="one-off", title="Care for seas", strength="high", parties=plain.ALL
        ),
    )
]
CHANGES: list[Content] = [
    {"due_basis": "inferred"},
    {"due": "2025-01-01"},
    {"due": "2025-01-01", "due_basis": "inferred"},
    {"due": None, "due_basis": None},
    {"nature": "standing"},
    {"nature": "one-off"},
    {"parties": ["USA", "KOR", "USA"]},
    {"theme": "water"},
]


def without_envelope(line: Content) -> Content:
    return {name: value for name, value in line.items() if name not in ("id", "recorded_at", "recorded_by")}


def retraction_of(line: Content, reason: str) -> Content:
    stream = "commitment" if "commitment" in line else "statement"
    return {"kind": "retracted", stream: line[stream], "event": line["id"], "reason": reason}


def retraction_from(lines: list[Content], place: int, reason: str = "mistaken") -> Content | None:
    """The retraction of a line that is in force and may be retracted; None if there is none."""
    standing = [line for line in in_force(lines) if line["kind"] != "retracted"]
    return retraction_of(standing[-1 - place % len(standing)], reason) if standing else None


class RecordMachine(RuleBasedStateMachine):
    """`model` is the list; `ledgers` are the two hands on the one file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = scratch()
        self.path = Path(self.folder.name) / "ledger.db"
        self.now = START
        self.model = NaiveRecord()
        self.ledgers = [Ledger.create(self.path, clock=self.clock), self.open()]

    def open(self) -> Ledger:
        return Ledger.open(self.path, clock=self.clock)

    def clock(self) -> datetime:
        return self.now

    def written(self) -> datetime:
        """The time that is put on what is recorded now."""
        return max([self.now, *(time_of(line) for line in self.model.lines)])

    def teardown(self) -> None:
        for ledger in self.ledgers:
            ledger.close()
        self.folder.cleanup()

    def record(self, content: Content, hand: int, by: str = "analyst") -> None:
        """Record a fact in both, and hold against each other what became of it."""
        before = list(self.ledgers[hand].export())
        expected, position = self.model.propose(content, self.now, by)
        try:
            receipt = self.ledgers[hand].record(fact_from(content), by=by)
        except Refused as error:
            outcome = "superseded" if isinstance(error, Superseded) else "refused"
            assert (outcome, str(error)) == (expected, str(error))
        else:
            assert ("recorded" if receipt.new else "already", receipt.position) == (expected, position)
        if expected != "recorded":
            assert list(self.ledgers[hand].export()) == before

    def line(self, place: int) -> Content | None:
        """Any line, void or not; None if there is none."""
        lines = self.model.lines
        return lines[-1 - place % len(lines)] if lines else None

    # What is said

    @initialize(beginning=st.sampled_from([*[BEGINNING] * 7, []]))
    def begin(self, beginning: list[Content]) -> None:
        for content in beginning:
            self.record(content, 0)

    @rule(content=anything, hand=hands, by=recorders)
    def tell(self, content: Content, hand: int, by: str) -> None:
        """Of any day, and any commitment: much of it is backdated, and much is against the rules."""
        self.record(content, hand, by)

    @rule(content=proposed_facts("seas").map(content_of), hand=hands)
    def tell_of_the_seas(self, content: Content, hand: int) -> None:
        self.record(content, hand)

    @rule(content=proposed_facts("trees").map(content_of), hand=hands)
    def tell_of_the_trees(self, content: Content, hand: int) -> None:
        self.record(content, hand)

    @rule(name=st.sampled_from(["seas", "trees"]), steps=st.lists(steps, min_size=2, max_size=5), hand=hands)
    def live_on(self, name: str, steps: list[Content], hand: int) -> None:
        """One thing after the other, on the last day that anything was."""
        for step in steps:
            days = [line.get("occurred_on") for line in self.model.lines if line.get("commitment") == name]
            new = {
                "occurred_on": max(filter(None, days), default=str(DAYS[0])),
                "note": f"Note {len(self.model.lines)}",
            }
            self.record({"commitment": name, "source": SOURCE, **new, **step}, hand)

    @rule(name=st.sampled_from(["accord", "pact"]), hand=hands)
    def withdraw_a_statement(self, name: str, hand: int) -> None:
        """What cites it first, as far as that can be withdrawn; and then the statement."""
        cites = [line for line in in_force(self.model.lines) if line.get("statement") == name]
        for line in sorted(cites, key=lambda line: line["kind"] == "registered"):
            if line["kind"] != "retracted":
                self.record(retraction_of(line, "withdrawn"), hand)

    @rule(name=st.sampled_from(COMMITMENTS), changes=st.sampled_from(CHANGES), hand=hands)
    def amend(self, name: str, changes: Content, hand: int) -> None:
        self.record({"kind": "amended", "commitment": name, "changes": changes, "reason": "another"}, hand)

    @rule(place=places, reason=st.sampled_from(["mistaken", "misread"]), hand=hands)
    def retract(self, place: int, reason: str, hand: int) -> None:
        if (retraction := retraction_from(self.model.lines, place, reason)) is not None:
            self.record(retraction, hand)

    @rule(place=places, reason=st.sampled_from(["mistaken", "misread"]), hand=hands)
    def retract_what_may_be_void(self, place: int, reason: str, hand: int) -> None:
        if (line := self.line(place)) is not None:
            self.record(retraction_of(line, reason), hand)

    @rule(place=places, name=st.sampled_from(COMMITMENTS), hand=hands)
    def retract_from_any_commitment(self, place: int, name: str, hand: int) -> None:
        if (line := self.line(place)) is not None:
            retraction = {"kind": "retracted", "commitment": name, "event": line["id"], "reason": "mistaken"}
            self.record(retraction, hand)

    @rule(place=places, hand=hands)
    def say_the_same(self, place: int, hand: int) -> None:
        """Word for word, by someone else, at another time: still one event, or one that was voided since."""
        if (line := self.line(place)) is not None:
            self.record(without_envelope(line), hand, "somebody else")

    @rule(content=anything, hand=hands)
    def try_out(self, content: Content, hand: int) -> None:
        """A dry run tells what would become of a fact, and leaves no trace."""
        expected, position, _ = self.model.judge(content, self.written())
        before = list(self.ledgers[hand].export())
        try:
            receipt = self.ledgers[hand].record(fact_from(content), by="analyst", dry_run=True)
        except Refused as error:
            assert expected == ("superseded" if isinstance(error, Superseded) else "refused")
        else:
            assert (receipt.new, receipt.position) == (expected == "recorded", position or len(before) + 1)
        assert list(self.ledgers[hand].export()) == before

    @rule(told=files, careful=st.booleans(), hand=hands)
    def import_several(self, told: list[Content | int], careful: bool, hand: int) -> None:
        """All or nothing; a line at fault is named, and judging goes on after it.

        Who is careful leaves out what would be refused, so that the lines left build on each other.
        """
        trial = NaiveRecord()
        trial.lines = list(self.model.lines)
        file: list[Content] = []
        for one in told:
            content = one if isinstance(one, dict) else retraction_from(trial.lines, one)
            if content is not None and not (
                trial.propose(content, self.now, "importer")[0] == "refused" and careful
            ):
                file.append(content)
        before = list(self.ledgers[hand].export())
        outcomes, faults = self.model.propose_all(file, self.now, "importer")
        try:
            text = "\n".join(map(json.dumps, file)).encode()
            report = self.ledgers[hand].import_facts(read(io.BytesIO(text)), by="importer")
        except FaultyLines as error:
            assert [fault.line for fault in error.faults] == faults
            assert not error.unreadable
            assert list(self.ledgers[hand].export()) == before
        else:
            assert not faults
            assert (report.recorded, report.already) == (outcomes.count("recorded"), outcomes.count("already"))
            skipped = [n for n, outcome in enumerate(outcomes, 1) if outcome == "superseded"]
            assert [fault.line for fault in report.skipped] == skipped

    # What happens around it

    @rule(hours=st.integers(-30, 30), microseconds=st.integers(0, 2))
    def clock_moves(self, hours: int, microseconds: int) -> None:
        """On or back: the days that may be recorded move with it, the log's times never go back."""
        self.now += timedelta(hours=hours, microseconds=microseconds)

    @rule(hand=hands)
    def close_and_reopen(self, hand: int) -> None:
        self.ledgers[hand].close()
        self.ledgers[hand] = self.open()

    @rule(hand=hands)
    def rebuild(self, hand: int) -> None:
        assert self.ledgers[hand].rebuild() == len(self.model.lines)

    @rule(hand=hands)
    def restore_elsewhere(self, hand: int) -> None:
        """What was recorded is legal, line after line; so it is when it is judged all at once."""
        lines = list(self.ledgers[hand].export())
        with Ledger.create(self.path.with_name("restored.db"), clock=self.clock, lines=lines) as restored:
            assert list(restored.export()) == lines
            assert [asdict(row) for row in restored.status(as_of=date.max)] == self.model.rows()
        for file in self.path.parent.glob("restored.db*"):
            file.unlink()

    @rule(hand=hands)
    def audit(self, hand: int) -> None:
        assert self.ledgers[hand].audit().findings == ()

    # What is asked

    @rule(hand=hands)
    def ask_as_of_every_day(self, hand: int) -> None:
        for day in self.model.days():
            assert [asdict(row) for row in self.ledgers[hand].status(as_of=day)] == self.model.rows(day)

    @rule(share=st.floats(0, 1), hand=hands)
    def ask_known_at_a_position(self, share: float, hand: int) -> None:
        known = round(share * len(self.model.lines))
        for day in DAYS:
            found = self.ledgers[hand].status(as_of=day, known_at=known)
            assert [asdict(row) for row in found] == self.model.rows(day, known)

    @rule(day=as_ofs, place=places, microseconds=st.integers(-1, 1), hand=hands)
    def ask_known_at_a_time(self, day: date, place: int, microseconds: int, hand: int) -> None:
        """The very time of a line, or just before it or after."""
        line = self.line(place)
        moment = time_of(line) if line else self.now
        moment += timedelta(microseconds=microseconds)
        known = self.model.known_at(moment)
        found = self.ledgers[hand].status(as_of=day, known_at=moment)
        assert self.ledgers[hand].position(moment) == known
        assert [asdict(row) for row in found] == self.model.rows(day, known)

    @rule(hand=hands)
    def ask_beyond_the_end(self, hand: int) -> None:
        with pytest.raises(BadInput, match="beyond its end"):
            self.ledgers[hand].status(as_of=date.max, known_at=len(self.model.lines) + 1)

    # What holds always

    @invariant()
    def the_log_is_the_list(self) -> None:
        for ledger in self.ledgers:
            assert [json.loads(line) for line in ledger.export()] == self.model.lines
            assert ledger.size() == len(self.model.lines)

    @invariant()
    def positions_count_from_one_without_a_gap(self) -> None:
        for ledger in self.ledgers:
            assert [line.position for line in ledger.log()] == list(range(1, len(self.model.lines) + 1))

    @invariant()
    def everyone_stands_as_the_list_says(self) -> None:
        assert [asdict(row) for row in self.ledgers[0].status(as_of=date.max)] == self.model.rows()


TestTheRecord = RecordMachine.TestCase
TestTheRecord.settings = settings(max_examples=60, stateful_step_count=40)
