"""The primary is killed in the middle of appends, its synchronous standby takes over, and clients go on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from ledger import Ledger
from ledger.errors import StoreError
from ledger.trust.merkle import GrowingTree, leaf_hash
from tests.kit.facts import made, source
from tests.kit.facts import reaffirmed as said
from tests.kit.servers import Server, folder, serving, stop_if_up
from tests.trust.scene import clock

WRITERS = 4


@contextmanager
def standby_of(primary: Server, *settings: str) -> Iterator[Server]:
    """A copy that follows its primary, which waits for it at each commit."""
    with folder() as place:
        standby = Server(place)
        standby.run(
            "pg_basebackup",
            "--checkpoint=fast",
            "--write-recovery-conf",
            "-h",
            primary.folder,
            "-U",
            "postgres",
            "-D",
            standby.data,
            "-d",
            "application_name=second",
        )
        standby.configure(*settings)
        standby.start()
        primary.configure("synchronous_standby_names=second")
        primary.run("pg_ctl", "-D", primary.data, "reload")
        try:
            yield standby
        finally:
            stop_if_up(standby)


def both(first: Server, second: Server) -> str:
    """A URL that names two servers."""
    hosts = ",".join(quote(str(server.folder), safe="") for server in (first, second))
    return f"postgresql://postgres@/postgres?host={hosts}"


class Desk(threading.Thread):
    """Records one event after the other, and keeps what was acknowledged."""

    def __init__(self, number: int, url: str) -> None:
        super().__init__()
        self.number, self.url = number, url
        self.acknowledged: list[str] = []
        self.enough = threading.Event()
        self.failures: list[StoreError] = []

    def run(self) -> None:
        with Ledger.open(self.url, clock=clock) as ledger:
            while not self.enough.is_set():
                fact = said(note=f"Desk {self.number}, the {len(self.acknowledged) + 1}th time.")
                try:
                    self.acknowledged.append(ledger.record(fact, by=f"desk-{self.number}").id)
                except StoreError as error:  # said again, as the error asks: the same content is one event
                    self.failures.append(error)


def wait_for(desks: list[Desk], count: int) -> None:
    enough = threading.Event()
    for _ in range(600):
        if all(len(desk.acknowledged) >= count for desk in desks):
            return
        enough.wait(0.1)
    raise AssertionError([(len(desk.acknowledged), desk.failures[-1:]) for desk in desks])


def test_no_acknowledged_event_is_lost_and_none_doubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with serving() as primary, standby_of(primary) as standby:
        url = both(primary, standby)
        with Ledger.create(url, clock=clock) as ledger:
            ledger.record(made(), by="tester")
            desks = [Desk(number, url) for number in range(WRITERS)]
            for desk in desks:
                desk.start()
            wait_for(desks, 5)
            before = [line.state for line in ledger._log.lines()]
            acknowledged = {one for desk in desks for one in list(desk.acknowledged)}
            primary.kill()
            standby.configure("synchronous_standby_names=")
            standby.promote()
            wait_for(desks, 5 + max(len(desk.acknowledged) for desk in desks))
            for desk in desks:
                desk.enough.set()
            for desk in desks:
                desk.join()
            audit = ledger.audit()
            lines = list(ledger.export())
        assert audit.findings == ()
        recorded = [json.loads(line)["id"] for line in lines]
        acknowledged |= {one for desk in desks for one in desk.acknowledged}
        assert set(recorded[1:]) == acknowledged, "every event that was acknowledged, and no other"
        assert len(recorded) == len(set(recorded)), "each once"
        assert lines[: len(before)] == before
        assert _root(lines[: len(before)]) == _root(before)
        assert audit.checkpoint is not None
        assert audit.checkpoint.root == _root(lines)


def test_readers_may_ask_a_standby_and_writers_are_told_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with serving() as primary, standby_of(primary) as standby:
        primary.configure("synchronous_commit=remote_apply")
        primary.run("pg_ctl", "-D", primary.data, "reload")
        with Ledger.create(primary.url(), clock=clock) as there, Ledger.open(standby.url(), clock=clock) as here:
            there.record(made(), by="tester")
            assert [entry.fact.kind for entry in here.entries()] == ["made"]
            assert here.audit().findings == ()
            with pytest.raises(StoreError, match="read-only"):
                here.record(said(source=source(2)), by="tester")
            following = here.follow()
            assert len(next(following)) == 1
            there.record(said(source=source(3)), by="tester")
            assert [line.position for line in _next(following)] == [2]


def _next(following: Iterator[list[object]]) -> list[object]:
    return next(lines for lines in following if lines)


def _root(lines: list[bytes]) -> bytes:
    tree = GrowingTree()
    for line in lines:
        tree.append(leaf_hash(line))
    return tree.root()
