"""An append is recorded whole, at the end of the log and at a time of its own, or leaves no trace."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.errors import BadInput, FaultyLines, Refused
from ledger.events.kinds import Fact
from ledger.events.lines import content_of
from ledger.intake import Candidate, read
from tests.conftest import Ticking
from tests.kit.facts import NOW, fulfilled, lapsed, made, reaffirmed
from tests.kit.race import race


def times(ledger: Ledger) -> list[str]:
    return [json.loads(line)["recorded_at"] for line in ledger.export()]


def candidates(*facts: Fact) -> Iterator[Candidate]:
    return (Candidate(number, fact) for number, fact in enumerate(facts, 1))


def traces(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder but SQLite's shared memory, which readers write to."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if not one.name.endswith("-shm")}


# Where it is recorded


def test_the_environment_redirects_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library reads its settings from the environment, with and without the application's name before them."""
    other = tmp_path / "other.db"
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "SQLITE_DBNAME": str(other),
        "SQLITE_LOCK_TIMEOUT": "0",
        "APPLICATION_RECORDER_TOPIC": "eventsourcing.sqlite:SQLiteApplicationRecorder",
        "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
        "COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor",
        "ORIGINATOR_ID_TYPE": "uuid",
        "CREATE_TABLE": "yes",
        "IS_SNAPSHOTTING_ENABLED": "yes",
    }
    for name, value in settings.items():
        for prefix in ("", "LEDGER_", "Ledger_", "LINELOG_", "APPLICATION_"):
            monkeypatch.setenv(f"{prefix}{name}", value)
    path = tmp_path / "ledger.db"
    with Ledger.create(path, clock=Ticking()) as ledger:
        ledger.record(made(), by="tester")
    with Ledger.open(path, clock=Ticking()) as ledger:
        ledger.record(reaffirmed(), by="tester")
        assert [json.loads(line)["kind"] for line in ledger.export()] == ["made", "reaffirmed"]
    assert not other.exists()
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.db"]


# When it is recorded


def test_recorded_at_never_decreases_when_the_clock_goes_back(ledger: Ledger, clock: Ticking) -> None:
    for number, hours in enumerate([0, 5, -30, 1, -1, 40]):
        clock.now = NOW + timedelta(hours=hours)
        ledger.record(made(f"trees-{number}"), by="tester")
    found = times(ledger)
    assert found == sorted(found)
    assert found[1] == found[2] == found[3] == found[4], "while the clock is behind, the last time stands"
    assert found[5] == "2026-01-03T04:00:01.000000Z"


def test_recorded_at_is_utc_wherever_the_clock_hangs(tmp_path: Path) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=9)))
    with Ledger.create(tmp_path / "ledger.db", clock=lambda: noon) as ledger:
        ledger.record(made(), by="tester")
        assert times(ledger) == ["2026-01-01T03:00:00.000000Z"]


def test_one_import_has_one_time(ledger: Ledger, clock: Ticking) -> None:
    ledger.record(made("first"), by="tester")
    ledger.import_facts(candidates(*(made(f"trees-{n}") for n in range(5))), by="tester")
    ledger.record(made("last"), by="tester")
    first, *imported, last = times(ledger)
    assert len(set(imported)) == 1
    assert first < imported[0] < last


def test_a_time_asked_for_falls_before_or_after_a_whole_import(ledger: Ledger, clock: Ticking) -> None:
    ledger.record(made("first"), by="tester")
    ledger.import_facts(candidates(made("lakes"), made("trees")), by="tester")
    imported = datetime.fromisoformat(times(ledger)[1]).astimezone(UTC)
    instant = timedelta(microseconds=1)
    assert [ledger.position(at) for at in (imported - instant, imported, imported + instant)] == [1, 3, 3]


# What leaves no trace


def test_a_dry_run_says_what_would_be_and_leaves_no_trace(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(made(), by="tester")
    ledger.status(as_of=date.max)
    before = list(ledger.export())
    files = traces(tmp_path)
    receipt = ledger.record(reaffirmed(), by="tester", dry_run=True)
    assert (receipt.position, receipt.new) == (2, True)
    report = ledger.import_facts(candidates(made("lakes"), reaffirmed(), made()), by="tester", dry_run=True)
    assert (report.recorded, report.already) == (2, 1)
    assert list(ledger.export()) == before
    assert traces(tmp_path) == files
    assert ledger.record(reaffirmed(), by="tester").new, "what was tried is not taken for recorded"


def test_a_refused_fact_leaves_no_trace(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(made(), by="tester")
    files = traces(tmp_path)
    for fact in (made(day="2025-03-03"), fulfilled("lakes"), lapsed(day="2024-01-01"), made("seas", "2026-01-03")):
        with pytest.raises(Refused):
            ledger.record(fact, by="tester")
    for nobody in ("", " ", "two\nlines", "\x1b[31mred"):
        with pytest.raises(BadInput, match="recorded_by"):
            ledger.record(reaffirmed(), by=nobody)
    assert traces(tmp_path) == files


def test_an_import_with_one_fault_leaves_no_trace(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(made(), by="tester")
    files = traces(tmp_path)
    with pytest.raises(FaultyLines) as refused:
        facts = (reaffirmed(), made("lakes"), made(day="2025-03-03"), made("seas"))
        ledger.import_facts(candidates(*facts), by="tester")
    assert [fault.line for fault in refused.value.faults] == [3]
    assert traces(tmp_path) == files


def test_an_import_longer_than_a_batch_leaves_no_trace_if_its_last_line_is_at_fault(ledger: Ledger) -> None:
    """Long imports are inserted in parts while they are read."""
    facts = [made(f"trees-{n}", parties=("JPN",)) for n in range(5_100)]
    with pytest.raises(FaultyLines):
        ledger.import_facts(candidates(*facts, made("trees-0", "2025-03-03")), by="tester")
    assert ledger.size() == 0
    report = ledger.import_facts(candidates(*facts), by="tester")
    assert (report.recorded, ledger.size()) == (5_100, 5_100)
    assert [line.position for line in ledger.log()] == list(range(1, 5_101))


def test_an_import_that_breaks_off_leaves_no_trace_and_lets_the_next_begin(ledger: Ledger) -> None:
    def breaking_off() -> Iterator[Candidate]:
        yield Candidate(1, made())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.import_facts(breaking_off(), by="tester")
    assert ledger.size() == 0
    assert ledger.record(made(), by="tester").position == 1


def test_an_import_judges_each_line_after_those_before_it(ledger: Ledger) -> None:
    facts: list[Fact] = [made(), fulfilled(), lapsed(), reaffirmed(day="2025-04-02")]
    file = "\n".join(json.dumps(content_of(fact)) for fact in facts).encode()
    assert ledger.import_facts(read(io.BytesIO(file)), by="tester").recorded == 4
    assert {row.status for row in ledger.status(as_of=date.max)} == {"reaffirmed"}


# Writers side by side


def record_five(number: int, path: Path) -> list[int]:
    """Five facts of one commitment each, and one more on a commitment that all share; their positions."""
    with Ledger.open(path, clock=Ticking()) as ledger:
        own = [ledger.record(made(f"runner-{number}-{n}"), by=f"runner-{number}").position for n in range(4)]
        shared = reaffirmed("shared", note=f"Said again by runner {number}.")
        return [*own, ledger.record(shared, by=f"runner-{number}").position]


def test_eight_processes_record_five_facts_each_and_none_is_lost(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(made("shared"), by="tester")
    told = race(record_five, tmp_path / "ledger.db")
    lines = [json.loads(line) for line in ledger.export()]
    assert sorted(position for positions in told for position in positions) == list(range(2, 42))
    assert [line.position for line in ledger.log()] == list(range(1, 42))
    assert Counter(line["recorded_by"] for line in lines[1:]) == {f"runner-{n}": 5 for n in range(8)}
    assert len({line["id"] for line in lines}) == 41
    for number, positions in enumerate(told):
        assert {lines[position - 1]["recorded_by"] for position in positions} == {f"runner-{number}"}
    assert len(ledger.history("shared")) == 9
    found = [line["recorded_at"] for line in lines]
    assert found == sorted(found)
    assert not ledger.audit().findings


def record_the_same(number: int, path: Path) -> tuple[bool, int]:
    with Ledger.open(path, clock=Ticking()) as ledger:
        receipt = ledger.record(made(), by=f"runner-{number}")
        return receipt.new, receipt.position


def test_one_fact_from_eight_processes_is_one_event(ledger: Ledger, tmp_path: Path) -> None:
    told = race(record_the_same, tmp_path / "ledger.db")
    assert sorted(told) == [(False, 1)] * 7 + [(True, 1)]
    assert ledger.size() == 1


def make_for_one_country(number: int, path: Path) -> bool:
    """`made` for the same country in each process's own words: only the first may stand."""
    with Ledger.open(path, clock=Ticking()) as ledger:
        try:
            return ledger.record(made(note=f"Heard by runner {number}."), by=f"runner-{number}").new
        except Refused:
            return False


def test_of_eight_facts_that_exclude_each_other_one_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    """Each is judged under the write lock, by what all the others recorded before it."""
    assert Counter(race(make_for_one_country, tmp_path / "ledger.db")) == {True: 1, False: 7}
    assert ledger.size() == 1
    assert not ledger.audit().findings
