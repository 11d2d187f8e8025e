"""A ledger with a little of everything in it."""

from __future__ import annotations

import pytest

from ledger import Ledger
from ledger.events.kinds import Fact
from tests.kit.facts import TEXT, amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """A ledger with a little of everything in it, which was not asked anything yet."""
    facts: list[Fact] = [
        registered(text=TEXT, place="Seoul 서울"),
        made(statement="pact", source=None, paragraph=2, quote="plant trees every year", theme="land"),
        made("lakes", "2025-01-02", nature="one-off", due="2025-06-01", due_basis="stated"),
        reaffirmed(note="Für die Größe der Bäume, im Café besprochen."),
        fulfilled("lakes", occurrence="first", parties=("JPN",)),
        lapsed("lakes", parties=("USA",), reason="moot", note="Việt Nam và 조약 條約"),
        assessed(score=-1),
        amended("lakes", title="Clean the lakes"),
    ]
    for fact in facts:
        ledger.record(fact, by="Ana Lüst")
    ledger.record(retracted(ledger.record(assessed(score=1), by="tester").id), by="tester")
    return ledger
