"""The lifecycle under random histories. Each property quotes the rule that it checks (design, sections 2, 3)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.events.book import Accepted, AlreadyRecorded
from ledger.events.history import History
from ledger.events.kinds import Assessed, Fact, Fulfilled, Lapsed, Made, Reaffirmed
from ledger.events.lifecycle import Moment, fold
from ledger.events.lines import Entry, encode
from tests.kit import facts as plain
from tests.kit.scenario import PlainLog
from tests.kit.strategies import COUNTRIES, DAYS, Proposal, logs, proposals

FIRST_DAY = date(2025, 1, 1)


@given(logs())
def test_every_accepted_history_is_legal_on_every_day_by_all_that_was_known_at_any_position(log: PlainLog) -> None:
    """The timeline of each country must be legal after every append."""
    for history in _histories(log):
        for known in range(len(log.entries) + 1):
            described = history.description(known)
            for country in described.parties if described else ():
                for day in DAYS:
                    timeline = history.timeline(country, as_of=day, known=known)
                    counted = sum(moment.kind != "assessed" for moment in timeline)
                    assert described is not None
                    assert fold(timeline, described.nature).events == counted


@given(proposals())
def test_a_refused_proposal_leaves_the_log_as_it_was(proposed: list[Proposal]) -> None:
    """Nothing is ever updated or deleted. Each proposal adds one line at the end, or none."""
    log = PlainLog()
    for proposal in proposed:
        lines = [encode(entry) for entry in log.entries]
        before = log.status()
        try:
            ruling = log.propose(proposal.against(log.entries))
        except LedgerError as refusal:
            event(type(refusal).__name__)
            ruling = None
        added = 1 if isinstance(ruling, Accepted) else 0
        assert [encode(entry) for entry in log.entries[: len(lines)]] == lines
        assert len(log.entries) == len(lines) + added
        assert added or log.status() == before


@given(proposals())
def test_what_was_refused_before_has_no_bearing_on_what_comes_after(proposed: list[Proposal]) -> None:
    """Everything else is computed from the record: whoever reads it afresh judges the next fact alike."""
    *earlier, last = proposed or [Proposal("state", plain.made())]
    log = PlainLog()
    for proposal in earlier:
        with suppress(LedgerError):
            log.propose(proposal.against(log.entries))
    fact = last.against(log.entries)
    assert _ruling(log, fact) == _ruling(_reread(log.entries), fact)


@given(logs())
def test_a_record_that_was_accepted_line_by_line_is_accepted_again(log: PlainLog) -> None:
    """`restore` makes a new ledger from such lines, byte for byte."""
    again = PlainLog()
    for entry in log.entries:
        again.propose(entry.fact, entry.recorded_at)
    assert [encode(entry) for entry in again.entries] == [encode(entry) for entry in log.entries]


@given(logs())
def test_whatever_is_on_record_is_the_same_event_when_it_is_said_again_or_was_superseded(log: PlainLog) -> None:
    """The same fact twice is one event. Content that is already in the log is not recorded again."""
    for entry in list(log.entries):
        ruling = _ruling(log, entry.fact)
        event(str(ruling)[:20] if isinstance(ruling, str) else type(ruling).__name__)
        assert ruling == AlreadyRecorded(entry.id, entry.position) or "was recorded before as" in str(ruling)
    assert len({entry.id for entry in log.entries}) == len(log.entries)


@given(logs())
def test_the_line_of_a_dated_event_spells_out_parties_that_are_all_the_commitments(log: PlainLog) -> None:
    """An event's parties are among the commitment's; the line always spells them out, sorted."""
    histories: dict[str, History] = {}
    for entry in log.entries:
        if isinstance(entry.fact, Made | Reaffirmed | Fulfilled | Lapsed | Assessed):
            history = histories.setdefault(entry.fact.commitment, History(entry.fact.commitment))
            history.add(entry)
            described = history.description()
            assert described is not None
            assert entry.fact.parties
            assert list(entry.fact.parties) == sorted(set(entry.fact.parties))
            assert set(entry.fact.parties) <= set(described.parties)
        elif (name := getattr(entry.fact, "commitment", None)) is not None:
            histories[name].add(entry)


@given(logs())
def test_no_event_counts_for_a_country_that_is_no_party_any_more(log: PlainLog) -> None:
    """`amended` may add parties, never remove one that has events."""
    for history in _histories(log):
        described = history.description()
        assert described is not None
        counted = {
            country
            for moment in history.moments
            if moment.id not in history.retractions
            for country in moment.parties
        }
        assert counted <= set(described.parties)


@st.composite
def on_days_of_their_own(draw: st.DrawFn) -> list[Fact]:
    """Facts of one commitment that are legal in the order of their days, no two of them on one day."""
    described: dict[str, Any] = {
        "title": "Plant trees",
        "nature": draw(st.sampled_from(["one-off", "standing"])),
        "strength": "high",
        "parties": COUNTRIES,
    }
    kinds = st.sampled_from(["made", "reaffirmed", "fulfilled", "lapsed", "reversed", "assessed"])
    log = PlainLog()
    for number, kind in enumerate(draw(st.lists(kinds, min_size=3, max_size=9))):
        day = str(FIRST_DAY + timedelta(days=number))
        who = draw(st.sampled_from([COUNTRIES, ("JPN",), ("JPN", "USA")]))
        match kind:
            case "made":
                fact: Fact = plain.made("trees", day, **described)
            case "reaffirmed":
                fact = plain.reaffirmed("trees", day, **described)
            case "fulfilled":
                fact = plain.fulfilled("trees", day, parties=who)
            case "assessed":
                fact = plain.assessed("trees", day, 1, parties=who)
            case reason:
                fact = plain.lapsed(
                    "trees", day, parties=who, reason="reversed" if reason == "reversed" else "moot"
                )
        with suppress(LedgerError):
            log.propose(fact)
    return [entry.fact for entry in log.entries]


@given(on_days_of_their_own(), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_what_happened_on_different_days_may_be_learned_in_any_order(facts: list[Fact], random: Any) -> None:
    """An entry may be backdated; they are ordered by (`occurred_on`, position)."""
    shuffled = list(facts)
    random.shuffle(shuffled)
    log, missing = _learned_bit_by_bit(shuffled)
    event(f"{len(facts)} facts, {len(missing)} missing, order kept: {shuffled == facts}")
    in_order = PlainLog()
    for fact in facts:
        if fact not in missing:
            in_order.propose(fact)
    assert len(in_order.entries) == len(log.entries) == len(facts) - len(missing)
    for offset in range(len(facts)):
        day = FIRST_DAY + timedelta(days=offset)
        assert log.status(day) == in_order.status(day)
    # Of a one-off, two facts may each be illegal without the other: a lapse, and being kept once more after it,
    # between an earlier day when it was kept and a later lapse. Neither is taken first, so neither is taken.
    assert not missing or {row.nature for row in log.status()} == {"one-off"}


@given(logs())
def test_on_a_standing_pledge_the_last_word_of_the_last_day_is_the_status(log: PlainLog) -> None:
    """Ordered by (`occurred_on`, position); the status is named after the event."""
    statuses = {(row.commitment, row.country): row.status for row in log.status() if row.nature == "standing"}
    voided = {getattr(entry.fact, "event", None) for entry in log.entries}
    for (commitment, country), status in statuses.items():
        last: tuple[str, str] = "", ""
        for entry in log.entries:
            fact = entry.fact
            if not isinstance(fact, Made | Reaffirmed | Fulfilled | Lapsed) or entry.id in voided:
                continue
            if fact.commitment == commitment and country in (fact.parties or ()):
                last = max(last, (str(fact.occurred_on), fact.kind), key=lambda one: one[0])
                if str(fact.occurred_on) == last[0]:
                    last = last[0], fact.kind  # the same day: what was recorded later
        assert status == last[1]


KEPT_AND_SAID_AGAIN = st.permutations(["fulfilled", "reaffirmed", "lapsed"])


@given(KEPT_AND_SAID_AGAIN)
def test_on_one_day_the_order_of_the_log_decides(order: list[str]) -> None:
    """Ordered by (`occurred_on`, position)."""
    day = "2025-06-01"
    said: dict[str, Fact] = {
        "fulfilled": plain.fulfilled(day=day),
        "reaffirmed": plain.reaffirmed(day=day),
        "lapsed": plain.lapsed(day=day),
    }
    log = PlainLog()
    log.propose(plain.made())
    for kind in order:
        log.propose(said[kind])
    assert {row.status for row in log.status()} == {order[-1]}


def test_a_fold_takes_nothing_but_the_order_of_moments_into_account() -> None:
    moments = [
        Moment(FIRST_DAY, 1, "a", "made", ("JPN",)),
        Moment(FIRST_DAY, 2, "b", "fulfilled", ("JPN",)),
        Moment(FIRST_DAY, 3, "c", "reaffirmed", ("JPN",)),
    ]
    assert fold(moments, "standing").status == "reaffirmed"
    assert fold(moments, "one-off").status == "fulfilled"
    assert fold(moments, "one-off").event == "b"


def _histories(log: PlainLog) -> list[History]:
    names = {getattr(entry.fact, "commitment", None) for entry in log.entries} - {None}
    return [log.book.history(str(name)) for name in names]


def _reread(entries: list[Entry]) -> PlainLog:
    log = PlainLog()
    log.entries = list(entries)
    for entry in entries:
        # Loading each stream is what a fresh reader does; the histories come from the entries alone.
        if (name := getattr(entry.fact, "commitment", None)) is not None:
            log.book.history(name)
    return log


def _ruling(log: PlainLog, fact: Fact) -> object:
    try:
        return log.book.judge(fact, len(log.entries) + 1, plain.NOW)
    except LedgerError as refusal:
        return str(refusal)


def _learned_bit_by_bit(facts: list[Fact]) -> tuple[PlainLog, list[Fact]]:
    """The facts in this order, one that comes too early told again after the others; and those never taken."""
    log, waiting, early = PlainLog(), facts, None
    while waiting != early:
        early, waiting = waiting, []
        for fact in early:
            try:
                log.propose(fact)
            except LedgerError:
                waiting.append(fact)
    return log, waiting
