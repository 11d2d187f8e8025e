"""What every store of lines promises to the floors above it, whatever it is made of.

A store is an entry in `STORES`: how to make an empty one, and how to open it again, as another process would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Final

import pytest

from ledger import Ledger
from ledger.errors import StoreError
from ledger.events.book import Accepted
from ledger.events.kinds import Fact
from ledger.events.lines import Entry, decode, encode, fact_id
from ledger.store.appending import Appender
from ledger.store.opening import making, open_log
from ledger.store.ports import Log, Writer
from tests.conftest import Ticking
from tests.kit.facts import NOW, amended, assessed, made, reaffirmed, registered, retracted
from tests.kit.servers import Server

Store = Callable[[], Log]
"""Opens the store; each call is one more reader of the same lines."""


def sqlite(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("tmp_path") / "ledger.db")


def postgres(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("url"))


STORES: Final = {"sqlite": sqlite, "postgres": postgres}
"""Where each puts a new log."""


@pytest.fixture(params=STORES.values(), ids=list(STORES))
def store(request: pytest.FixtureRequest) -> Store:
    location = request.param(request)
    with making(location):
        pass
    return lambda: open_log(location)


@pytest.fixture
def log(store: Store) -> Iterator[Log]:
    with closing(store()) as log:
        yield log


@pytest.fixture
def writer(log: Log, clock: Ticking) -> Iterator[Writer]:
    with closing(log.writer(clock)) as writer:
        yield writer


def put(appender: Appender, *facts: Fact) -> list[Entry]:
    """Judge and record facts, as one append."""
    book = appender.before.book()
    entries = []
    for fact in facts:
        ruling = book.judge(fact, appender.position + 1, appender.recorded_at)
        assert isinstance(ruling, Accepted)
        entry = appender.record(ruling, "tester")
        book.add(entry)
        entries.append(entry)
    return entries


def append(writer: Writer, *facts: Fact) -> list[Entry]:
    with writer.appending() as appender:
        return put(appender, *facts)


def test_an_empty_log(log: Log) -> None:
    assert log.head() is None
    assert log.line_at(1) is None
    assert list(log.lines()) == []
    assert list(log.stream("commitment/trees")) == []
    assert list(log.streams()) == []
    assert list(log.streams_citing("pact")) == []
    assert log.integrity() == []


def test_what_is_appended_is_read_as_it_was_encoded(log: Log, writer: Writer) -> None:
    entries = [*append(writer, registered()), *append(writer, made(), made("lakes", note="Ein Löffel 숟가락 🥄"))]
    lines = list(log.lines())
    assert [line.position for line in lines] == [1, 2, 3]
    assert [line.state for line in lines] == [encode(entry) for entry in entries]
    assert [decode(line.state, line.position) for line in lines] == entries
    assert log.head() == lines[-1]
    assert [log.line_at(position) for position in (0, 1, 2, 3, 4, -1)] == [None, *lines, None, None]


def test_lines_after_a_position_and_up_to_another(log: Log, writer: Writer) -> None:
    append(writer, *(made(f"trees-{number}") for number in range(1, 6)))
    for after in range(7):
        for upto in (None, *range(7)):
            found = [line.position for line in log.lines(after, upto)]
            assert found == [n for n in range(1, 6) if n > after and n <= (5 if upto is None else upto)]


def test_a_stream_is_the_lines_of_one_commitment_or_statement_in_order(log: Log, writer: Writer) -> None:
    append(writer, registered(), made(), made("lakes"), reaffirmed(), assessed("lakes"))
    last = append(writer, amended(title="Plant many trees"))[0]
    append(writer, retracted(last.id))
    assert [line.position for line in log.stream("commitment/trees")] == [2, 4, 6, 7]
    assert [line.position for line in log.stream("commitment/lakes")] == [3, 5]
    assert [line.position for line in log.stream("statement/pact")] == [1]
    assert list(log.stream("commitment/tree")) == []
    assert list(log.stream("trees")) == []
    assert sorted(log.streams()) == ["commitment/lakes", "commitment/trees", "statement/pact"]


def test_by_stream_all_lines_up_to_a_position_come_stream_by_stream(log: Log, writer: Writer) -> None:
    append(writer, registered(), made(), made("lakes"), reaffirmed(), assessed("lakes"), reaffirmed("lakes"))
    of_all = [(line.stream, line.kind, line.position) for line in log.by_stream(6)]
    assert of_all == [
        ("commitment/lakes", "made", 3),
        ("commitment/lakes", "assessed", 5),
        ("commitment/lakes", "reaffirmed", 6),
        ("commitment/trees", "made", 2),
        ("commitment/trees", "reaffirmed", 4),
        ("statement/pact", "registered", 1),
    ]
    for upto in range(7):
        found = [(line.position, line.state) for line in log.by_stream(upto)]
        assert sorted(found) == [tuple(line) for line in log.lines(0, upto)]
        assert [position for position, _ in found] == [at for *_, at in of_all if at <= upto]


def test_rows_tell_stream_version_and_kind_of_each_line(log: Log, writer: Writer) -> None:
    append(writer, registered(), made(), made("lakes"), reaffirmed())
    assert [(row.position, row.stream, row.version, row.kind) for row in log.rows()] == [
        (1, "statement/pact", 1, "registered"),
        (2, "commitment/trees", 1, "made"),
        (3, "commitment/lakes", 1, "made"),
        (4, "commitment/trees", 2, "reaffirmed"),
    ]
    assert [row.state for row in log.rows()] == [line.state for line in log.lines()]


def test_streams_citing_a_statement_name_every_commitment_that_does(log: Log, writer: Writer) -> None:
    append(
        writer,
        registered("pact"),
        registered("pact-2"),
        made("lakes", statement="pact", source=None),
        made("trees", statement="pact-2", source=None),
        made("seas", note='"statement":"pact"'),
    )
    assert "commitment/lakes" in set(log.streams_citing("pact"))
    assert "commitment/trees" not in set(log.streams_citing("pact"))
    assert "commitment/trees" in set(log.streams_citing("pact-2"))
    assert set(log.streams_citing("pac")) == set()
    with writer.appending() as appender:
        assert "lakes" in set(appender.before.citing("pact"))
        assert "pact" not in set(appender.before.citing("pact")), "a statement is no commitment that cites it"


def test_nothing_is_seen_before_the_append_ends_and_all_of_it_after(store: Store, writer: Writer) -> None:
    with closing(store()) as reader:
        with writer.appending() as appender:
            put(appender, made("lakes"), made("trees"))
            assert (reader.head(), list(reader.lines())) == (None, [])
        assert [line.position for line in reader.lines()] == [1, 2]


def test_an_append_that_fails_leaves_nothing_and_the_next_takes_its_place(log: Log, writer: Writer) -> None:
    append(writer, made())
    with pytest.raises(ZeroDivisionError), writer.appending() as appender:
        put(appender, made("lakes"), reaffirmed())
        raise ZeroDivisionError
    assert [line.position for line in log.lines()] == [1]
    append(writer, reaffirmed())
    assert [json.loads(line.state)["kind"] for line in log.lines()] == ["made", "reaffirmed"]


def test_an_append_sees_what_another_writer_recorded_before_it(
    store: Store, writer: Writer, clock: Ticking
) -> None:
    with closing(store()) as log, closing(log.writer(clock)) as other:
        append(writer, made())
        append(other, reaffirmed())
        with writer.appending() as appender:
            assert appender.position == 2
            assert [entry.fact.kind for entry in appender.before.entries("commitment/trees")] == [
                "made",
                "reaffirmed",
            ]


def test_times_are_one_for_an_append_and_never_go_back(log: Log, writer: Writer) -> None:
    first = append(writer, made("lakes"), made("trees"))
    second = append(writer, made("seas"))
    ahead = second[0].recorded_at + timedelta(days=9)  # as of a machine whose clock was wrong
    with writer.appending() as appender:
        fact = made("bees")
        entry = Entry(4, fact_id(fact), ahead, "tester", fact)
        appender.insert([(fact.stream, 1, fact.kind, encode(entry))])
    last = append(writer, made("hills"))
    times = [entry.recorded_at for entry in [*first, *second, entry, *last]]
    assert times[0] == times[1] < times[2] < times[3] == times[4] == ahead
    assert [decode(line.state, line.position).recorded_at for line in log.lines()] == times


def test_a_file_has_the_time_of_whoever_appends(ledger: Ledger, clock: Ticking) -> None:
    clock.now = NOW - timedelta(days=9)
    ledger.record(made(), by="tester")
    assert [entry.recorded_at for entry in ledger.entries()] == [clock.now]


def test_a_server_has_a_time_of_its_own(url: str, server: Server) -> None:
    with Ledger.create(url, clock=lambda: NOW - timedelta(days=99)) as ledger:
        before, after = "SELECT clock_timestamp()", "SELECT clock_timestamp()"
        began = server.sql(before)[0][0]
        ledger.record(made(), by="tester")
        ended = server.sql(after)[0][0]
        assert began < ledger.entries()[0].recorded_at < ended


def test_a_line_that_does_not_fit_its_stream_is_refused_in_words(log: Log, writer: Writer) -> None:
    """The guards have the last word, even where judging was passed by."""
    entry = append(writer, made())[0]
    for version in (1, 3):
        with pytest.raises(StoreError, match="append-only"), writer.appending() as appender:
            appender.insert([(entry.fact.stream, version, entry.fact.kind, b"{}")])
    assert len(list(log.lines())) == 1


def test_readers_keep_what_they_began_to_read(store: Store, writer: Writer) -> None:
    """One snapshot: what is recorded while they read comes after it."""
    append(writer, *(made(f"trees-{number}") for number in range(5)))
    with closing(store()) as log:
        reading = log.lines()
        assert next(reading).position == 1
        append(writer, made("lakes"))
        assert [line.position for line in reading] == [2, 3, 4, 5]
        assert [line.position for line in log.lines(5)] == [6]
