"""A connection that is lost in mid-append: what was recorded is there once, and what was not is not."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger import Ledger
from ledger.errors import IllegalTransition, StoreBusy, StoreError, StoreInterrupted
from ledger.intake import Candidate
from ledger.store.opening import open_log
from ledger.store.postgres import connecting, recorder
from tests.kit.facts import fulfilled, made, reaffirmed
from tests.kit.servers import Server, serving
from tests.kit.wire import Wire, wired
from tests.trust.scene import clock


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with wired(server) as made_one:
        yield made_one


@pytest.fixture
def ledger(wire: Wire, url: str, database: str) -> Iterator[Ledger]:
    """A record of one commitment, at the other end of the wire."""
    with Ledger.create(url, clock=clock) as direct:
        direct.record(made(), by="tester")
    with Ledger.open(wire.url(database), clock=clock) as ledger:
        yield ledger


def kinds(url: str) -> list[str]:
    with Ledger.open(url, clock=clock) as fresh:
        assert fresh.audit().findings == ()
        return [entry.fact.kind for entry in fresh.entries()]


def test_an_event_whose_acknowledgement_is_lost_is_recorded_once(ledger: Ledger, wire: Wire, url: str) -> None:
    wire.lose_answer = True
    receipt = ledger.record(reaffirmed(), by="tester")
    assert wire.cuts == 1
    assert (receipt.new, receipt.position) == (True, 2), "it was we who recorded it"
    assert kinds(url) == ["made", "reaffirmed"]
    assert not ledger.record(reaffirmed(), by="tester").new


def test_an_event_whose_commit_never_arrives_is_recorded_all_the_same(
    ledger: Ledger, wire: Wire, url: str
) -> None:
    wire.lose_question = True
    receipt = ledger.record(reaffirmed(), by="tester")
    assert wire.cuts == 1
    assert (receipt.new, receipt.position) == (True, 2)
    assert kinds(url) == ["made", "reaffirmed"]


def test_an_import_whose_acknowledgement_is_lost_is_recorded_once(ledger: Ledger, wire: Wire, url: str) -> None:
    wire.lose_answer = True
    facts = [reaffirmed(), made("lakes"), made("seas")]
    report = ledger.import_facts((Candidate(n, fact) for n, fact in enumerate(facts, 1)), by="tester")
    assert (wire.cuts, report.recorded, report.already) == (1, 3, 0)
    assert kinds(url) == ["made", "reaffirmed", "made", "made"]


def test_an_import_whose_commit_never_arrives_says_that_nothing_was_recorded(
    ledger: Ledger, wire: Wire, url: str
) -> None:
    wire.lose_question = True
    facts = [made("lakes"), made("seas")]
    with pytest.raises(StoreInterrupted, match="nothing was recorded; try again"):
        ledger.import_facts((Candidate(n, fact) for n, fact in enumerate(facts, 1)), by="tester")
    assert kinds(url) == ["made"]
    assert ledger.import_facts((Candidate(n, fact) for n, fact in enumerate(facts, 1)), by="tester").recorded == 2


def test_what_another_recorded_meanwhile_is_judged_by(
    ledger: Ledger, wire: Wire, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is lost with the connection: the fact is judged anew, and the rules refuse it with their reason."""
    with Ledger.open(url, clock=clock) as other:
        once = fulfilled("once")
        other.record(made("once", nature="one-off"), by="other")
        connect = recorder.connect

        def connected(*args: Any, **options: Any) -> Any:
            if wire.cuts and recorder.connect is connected:
                monkeypatch.setattr(recorder, "connect", connect)
                other.record(once, by="other")
            return connect(*args, **options)

        ledger.record(reaffirmed(), by="tester")
        monkeypatch.setattr(recorder, "connect", connected)
        wire.lose_question = True
        with pytest.raises(IllegalTransition, match="once cannot be fulfilled"):
            ledger.record(fulfilled("once", note="Another says so too."), by="tester")
    assert kinds(url) == ["made", "made", "reaffirmed", "fulfilled"]


def test_who_can_never_get_through_is_told_so_in_the_end(
    ledger: Ledger, wire: Wire, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_cuts", lambda said, asks: asks and b"COMMIT\x00" in said)
    with pytest.raises(StoreError):
        ledger.record(reaffirmed(), by="tester")
    assert kinds(url) == ["made"]


def test_a_server_that_does_not_come_back_leaves_it_open_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recorder, "PATIENCE", 0.5)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with serving("fsync=off") as server, wired(server) as wire:
        Ledger.create(server.url(), clock=clock).close()
        with Ledger.open(wire.url("postgres"), clock=clock) as ledger:
            cut = wire._cuts

            def stopped(said: bytes, asks: bool) -> bool:
                if hit := cut(said, asks):
                    server.kill()
                return hit

            wire._cuts = stopped  # type: ignore[method-assign]
            wire.lose_answer = True
            with pytest.raises(StoreError, match="can't be asked whether it did") as lost:
                ledger.record(made(), by="tester")
            assert not isinstance(lost.value, StoreInterrupted), "nobody knows that nothing was recorded"
        server.start()
        assert kinds(server.url()) == ["made"]


BLOWS = {
    "terminated": lambda server, process: server.sql(f"SELECT pg_terminate_backend({process})"),
    "killed": lambda _, process: os.kill(process, signal.SIGKILL),
}


@pytest.mark.parametrize("blow", BLOWS.values(), ids=list(BLOWS))
def test_the_process_that_serves_us_dies_in_mid_append(
    blow: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill makes the server throw everyone out and recover, as it does after a crash of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with serving("fsync=off") as server:
        with Ledger.create(server.url(), clock=clock) as ledger:
            ledger.record(made(), by="tester")
            writer = ledger._writing()
            with pytest.raises(StoreInterrupted), writer.appending() as appender:
                [(process,)] = server.sql(
                    "SELECT pid FROM pg_locks WHERE mode = 'ExclusiveLock' AND granted "
                    "AND relation = 'commitment_ledger.stored_events'::regclass"
                )
                blow(server, process)  # type: ignore[operator]
                list(appender.before.entries("commitment/trees"))
                raise AssertionError("the connection should be gone")
            assert ledger.record(reaffirmed(), by="tester").position == 2, "and goes on by itself"
        assert kinds(server.url()) == ["made", "reaffirmed"]


def test_reading_goes_on_where_the_connection_was_lost(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.postgres.log._BATCH", 10)
    lines = [f"trees-{number}" for number in range(1, 36)]
    with Ledger.create(url, clock=clock) as ledger:
        ledger.import_facts((Candidate(n, made(name)) for n, name in enumerate(lines, 1)), by="tester")
        positions = []
        for line in ledger._log.lines():
            positions.append(line.position)
            if line.position in (5, 20, 30):
                server.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                    f"'{url.partition('?')[0].rpartition('/')[2]}'"
                )
    assert positions == list(range(1, 36))


def test_who_waits_too_long_for_another_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Ledger.create(url, clock=clock).close()
    monkeypatch.setattr(recorder, "LOCK_TIMEOUT", 1)
    with psycopg.connect(url) as other, Ledger.open(url, clock=clock) as ledger:
        other.execute("SELECT commitment_ledger.begin_append()")
        with pytest.raises(StoreBusy, match="another has been writing"):
            ledger.record(made(), by="tester")
        other.rollback()
        assert ledger.record(made(), by="tester").new


def test_who_falls_asleep_over_an_append_loses_the_lock(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that is shut in the middle of an import keeps nobody else waiting for ever."""
    Ledger.create(url, clock=clock).close()
    monkeypatch.setattr(recorder, "_IDLE", 1)
    with (
        Ledger.open(url, clock=clock) as sleeper,
        Ledger.open(url, clock=clock) as other,
        pytest.raises(StoreInterrupted),
        sleeper._writing().appending() as appender,
    ):
        assert other.record(made(), by="tester").new
        list(appender.before.entries("commitment/trees"))
    assert kinds(url) == ["made"]


def test_a_commit_that_others_would_not_wait_for_is_waited_for(server: Server, url: str) -> None:
    """The server of these tests does not by default; what we acknowledge is on disk whatever it is set to."""
    assert server.sql("SHOW synchronous_commit") == [("off",)]
    Ledger.create(url, clock=clock).close()
    for set_to, held in (("off", "on"), ("local", "on"), ("on", "on"), ("remote_apply", "remote_apply")):
        with psycopg.connect(url) as connection:
            connection.execute(f"SET synchronous_commit = {set_to}".encode())
            connection.execute("SELECT commitment_ledger.begin_append()")
            assert connection.execute("SHOW synchronous_commit").fetchone() == (held,)


def test_a_server_that_restarts_is_waited_for() -> None:
    with serving("fsync=off") as server:
        Ledger.create(server.url(), clock=clock).close()
        with closing(open_log(server.url())) as log:
            server.stop("immediate")
            later = threading.Timer(1, server.start)
            later.start()
            assert log.head() is None
            later.join()
    assert connecting.PATIENCE >= 30
