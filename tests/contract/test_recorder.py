"""The eventsourcing library's own cases for recorders, over ours: a ledger's file, with its schema and its guards.

The cases count the versions of a stream from 0, the ledger from 1 and without a gap. So that every case runs as
the library wrote it, `FromZero` moves the versions by one on the way in and out, and does nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from unittest import TestCase
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from ledger.store.application import LineLog, LineRecorder
from ledger.store.creating import creating
from ledger.store.log import file_uri
from ledger.store.opening import making
from ledger.store.postgres.address import Address
from ledger.store.postgres.recorder import ServerDatastore, ServerRecorder


class FromZero:
    """A recorder of ours, for whoever counts versions from 0."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        parent: Any = super()
        return parent.insert_events([_moved(one, 1) for one in stored_events], **kwargs)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        gt, lte = (None if bound is None else bound + 1 for bound in (gt, lte))
        parent: Any = super()
        found = parent.select_events(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return [_moved(one, -1) for one in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        parent: Any = super()
        found = parent.select_notifications(start, limit, stop, topics, inclusive_of_start=inclusive_of_start)
        return [replace(one, originator_version=one.originator_version - 1) for one in found]


class TellsNothing(FromZero):
    """The same, for cases that expect no positions to be told: those of recorders without a log."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        super().insert_events(stored_events, **kwargs)


class FileFromZero(FromZero, LineRecorder):
    """On SQLite."""


class FileTellsNothing(TellsNothing, LineRecorder):
    """On SQLite."""


class ServerFromZero(FromZero, ServerRecorder):
    """On PostgreSQL."""


class ServerTellsNothing(TellsNothing, ServerRecorder):
    """On PostgreSQL."""


def _moved(event: StoredEvent, by: int) -> StoredEvent:
    return replace(event, originator_version=event.originator_version + by)


def join_all_but(before: list[Thread]) -> None:
    """The library's readers are told to stop and not waited for; to close what they still read from is a crash."""
    for thread in threading.enumerate():
        if thread not in before:
            thread.join()


class OnAStore(TestCase):
    """Streams that are named by text, and versions that the cases count from 0."""

    INITIAL_VERSION = 0

    def new_originator_id(self) -> str:
        return f"commitment/{uuid4()}"


class OnAFile(OnAStore):
    """A fresh ledger in a file for each case."""

    def setUp(self) -> None:
        folder = Path(self.enterContext(TemporaryDirectory()))
        with creating(folder / "ledger.db"):
            pass
        self.application = LineLog(file_uri(folder / "ledger.db"))
        self.addCleanup(self.application.close)
        self.addCleanup(join_all_but, threading.enumerate())
        self.datastore = self.application.line_recorder.datastore


class OnAServer(OnAStore):
    """A fresh ledger in a database for each case."""

    @pytest.fixture(autouse=True)
    def _url(self, url: str) -> None:
        self.url = url

    def setUp(self) -> None:
        with making(self.url):
            pass
        self.datastore = ServerDatastore(Address(self.url))
        self.addCleanup(self.datastore.close)
        self.addCleanup(join_all_but, threading.enumerate())


class TestApplicationRecorder(OnAFile, ApplicationRecorderTestCase[FileFromZero]):
    def create_recorder(self) -> FileFromZero:
        return FileFromZero(self.datastore)

    def test_positions_that_the_cases_recorded_have_no_gap(self) -> None:
        """After the library's busiest case, whose writers and readers run side by side."""
        self.test_concurrent_throughput()
        notifications = self.create_recorder().select_notifications(start=None, limit=1_000)
        self.assertEqual([one.id for one in notifications], list(range(1, 14 * 50 + 1)))

    def test_subscriptions_are_refused_and_not_left_to_hang(self) -> None:
        """The library's optional case needs a store that can notify; on SQLite the views pull instead."""
        with self.assertRaises(NotImplementedError):
            self.create_recorder().subscribe(gt=0)


class TestApplicationRecorderOnAServer(OnAServer, ApplicationRecorderTestCase[ServerFromZero]):
    def create_recorder(self) -> ServerFromZero:
        return ServerFromZero(self.datastore)

    def test_positions_that_the_cases_recorded_have_no_gap(self) -> None:
        self.test_concurrent_throughput()
        notifications = self.create_recorder().select_notifications(start=None, limit=1_000)
        self.assertEqual([one.id for one in notifications], list(range(1, 14 * 50 + 1)))

    def test_insert_subscribe(self) -> None:
        """The library's optional case: the server tells who listens."""
        self.optional_test_insert_subscribe()


class TestAggregateRecorder(OnAFile, AggregateRecorderTestCase):
    def create_recorder(self) -> FileTellsNothing:
        return FileTellsNothing(self.datastore)


class TestAggregateRecorderOnAServer(OnAServer, AggregateRecorderTestCase):
    def create_recorder(self) -> ServerTellsNothing:
        return ServerTellsNothing(self.datastore)


class TestNonInterleavingPositions(OnAFile, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> FileFromZero:
        return FileFromZero(self.datastore)


class TestNonInterleavingPositionsOnAServer(OnAServer, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ServerFromZero:
        return ServerFromZero(self.datastore)


@contextmanager
def on_a_file(request: pytest.FixtureRequest) -> Iterator[LineRecorder]:
    path = request.getfixturevalue("tmp_path") / "ledger.db"
    with creating(path):
        pass
    with closing(LineLog(file_uri(path))) as application:
        yield application.line_recorder


@contextmanager
def on_a_server(request: pytest.FixtureRequest) -> Iterator[ServerRecorder]:
    url = request.getfixturevalue("url")
    with making(url):
        pass
    with closing(ServerDatastore(Address(url))) as datastore:
        yield ServerRecorder(datastore)


Recorder = LineRecorder | ServerRecorder


@pytest.fixture(params=[on_a_file, on_a_server], ids=["sqlite", "postgres"])
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Our recorder as it is, on a fresh ledger."""
    with request.param(request) as recorder:
        yield recorder


def event(version: int, stream: str = "commitment/trees") -> StoredEvent:
    return StoredEvent(stream, version, "made", f"line {version} of {stream}".encode())


@pytest.mark.parametrize("version", [-1, 0, 2, 7], ids="version {}".format)
def test_a_stream_begins_at_version_1_and_nowhere_else(recorder: Recorder, version: int) -> None:
    with pytest.raises(IntegrityError, match="not the next version"):
        recorder.insert_events([event(version)])
    assert recorder.max_notification_id() is None


@pytest.mark.parametrize("version", [0, 1, 2, 4, 99], ids="version {}".format)
def test_after_version_2_comes_version_3_and_nothing_else(recorder: Recorder, version: int) -> None:
    recorder.insert_events([event(1), event(2)])
    with pytest.raises(IntegrityError):
        recorder.insert_events([event(version)])
    assert recorder.select_events("commitment/trees") == [event(1), event(2)]
    assert list(recorder.insert_events([event(3)])) == [3]


def test_a_gap_at_the_end_of_a_batch_refuses_all_of_it(recorder: Recorder) -> None:
    with pytest.raises(IntegrityError):
        recorder.insert_events([event(1), event(2), event(1, "commitment/lakes"), event(4)])
    assert recorder.select_notifications(start=None, limit=10) == []


def test_a_write_transaction_that_fails_leaves_nothing_and_lets_the_next_begin(recorder: Recorder) -> None:
    with pytest.raises(ZeroDivisionError), recorder.writing():
        recorder.insert_events([event(1)])
        raise ZeroDivisionError
    assert recorder.max_notification_id() is None
    assert list(recorder.insert_events([event(1)])) == [1]


def test_another_thread_has_a_write_transaction_of_its_own(recorder: Recorder) -> None:
    """It waits for ours to end, and is not undone with it."""
    other = Thread(target=recorder.insert_events, args=([event(1, "commitment/lakes")],))
    with pytest.raises(ZeroDivisionError), recorder.writing():
        other.start()
        other.join(0.2)  # time enough to do the wrong thing
        recorder.insert_events([event(1)])
        raise ZeroDivisionError
    other.join()
    recorded = recorder.select_notifications(start=None, limit=10)
    assert [one.originator_id for one in recorded] == ["commitment/lakes"]


def test_what_one_write_transaction_inserts_is_seen_together(recorder: Recorder) -> None:
    with recorder.writing():
        recorder.insert_events([event(1)])
        assert recorder.max_notification_id() is None, "seen from outside before it is committed"
        assert list(recorder.insert_events([event(2)])) == [2]
    assert recorder.select_events("commitment/trees") == [event(1), event(2)]
