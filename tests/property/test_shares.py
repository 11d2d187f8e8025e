"""Large files are judged by two processes, each its share of the commitments; what comes of it is the same."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, given, settings

from ledger import Ledger, ondisk
from ledger.errors import FaultyLines, LedgerError, NotIntact
from ledger.events.kinds import Fact
from ledger.events.lines import content_of, encode
from ledger.intake import FactsOnDisk, read
from ledger.ondisk import SHARES, LinesOnDisk, concerns, may_concern
from tests.kit.facts import NOW, made, registered
from tests.kit.histories import Proposal, logs, proposals
from tests.kit.scenario import PlainLog
from tests.kit.strategies import slugs


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the smallest files are shared out, without a process for each example."""
    monkeypatch.setattr(ondisk, "is_much", lambda _: True)


def _imported(path: Path, before: list[Fact], source: Path, *, apart: bool) -> tuple[object, list[bytes]]:
    with Ledger.create(path, clock=lambda: NOW) as ledger:
        for fact in before:
            ledger.record(fact, by="somebody")
        try:
            with source.open("rb") as file:
                facts = (apart and FactsOnDisk.at(source)) or read(file)
                report: object = ledger.import_facts(facts, by="tester")
        except FaultyLines as faulty:
            report = [(fault.line, str(fault.error), type(fault.error)) for fault in faulty.faults]
        else:
            report = str(report)
        return report, list(ledger.export())


@settings(max_examples=20)  # each makes eight ledgers
@given(proposals())
def test_an_import_by_shares_is_that_of_the_whole(proposed: list[Proposal]) -> None:
    """Line by line, each after those before it: the same lines, or the same faults."""
    log, facts = PlainLog(), [registered()]
    for proposal in proposed:
        facts.append(proposal.against(log.entries))
        with suppress(LedgerError):
            log.propose(facts[-1])
    accepted = [entry.fact for entry in log.entries]
    with TemporaryDirectory() as name:
        for number, (before, some) in enumerate(
            (([], facts), ([], accepted), (accepted[:4], accepted[4:]), (accepted[:2], [*accepted, *accepted]))
        ):
            source = Path(name, f"{number}.jsonl")
            source.write_text("".join(json.dumps(content_of(fact)) + "\n" for fact in some))
            whole = _imported(Path(name, f"{number}-whole.db"), before, source, apart=False)
            event("recorded" if whole[1] else "refused")
            assert _imported(Path(name, f"{number}-shared.db"), before, source, apart=True) == whole


def _restored(path: Path, lines: LinesOnDisk | list[bytes]) -> object:
    try:
        with Ledger.create(path, clock=lambda: NOW, lines=lines) as ledger:
            return list(ledger.export())
    except NotIntact as broken:
        return broken.findings


@settings(max_examples=40)
@given(logs(max_size=12))
def test_a_restore_by_shares_is_that_of_the_whole(log: PlainLog) -> None:
    lines = [encode(entry) for entry in log.entries]
    with TemporaryDirectory() as name:
        for number, some in enumerate((lines, lines[1:], lines[::-1])):
            source = Path(name, f"{number}.jsonl")
            source.write_bytes(b"".join(line + b"\n" for line in some))
            shared = LinesOnDisk.at(source)
            told = _restored(Path(name, f"{number}-whole.db"), some)
            event("restored" if told == some else "refused")
            assert _restored(Path(name, f"{number}-shared.db"), shared or []) == told


@given(slugs())
def test_a_fact_is_one_share_s_own_and_its_line_is_looked_at_there(commitment: str) -> None:
    own = [share for share in range(SHARES) if concerns(commitment, share)]
    assert len(own) == 1
    for line in (
        json.dumps(content_of(made(commitment))),
        json.dumps({"note": '"commitment":"other"', "commitment": commitment}),
        json.dumps({"commitment": commitment}).replace("commitment", "\\u0063ommitment", 1),
    ):
        assert may_concern(line.encode(), own[0])


def test_facts_of_statements_are_the_first_share_s() -> None:
    assert [share for share in range(SHARES) if concerns(None, share)] == [0]
