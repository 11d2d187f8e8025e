"""The views file: what people find in it, and that no question is ever answered from views that are not the log's.

That the rows are the right ones, whatever was recorded, is held in `tests/property/test_views.py`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from ledger import Ledger, LogFilter
from ledger.errors import StoreError
from ledger.events.kinds import Fact
from ledger.store.views import VERSION
from ledger.store.views.location import views_path
from tests.conftest import Ticking
from tests.kit.facts import TEXT, amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted
from tests.kit.race import race

STANDING: Final = {
    "status": "TEXT",
    "since": "TEXT",
    "event": "TEXT",
    "origin": "TEXT",
    "events": "INTEGER",
    "kept": "INTEGER",
    "last_kept": "TEXT",
    "score": "INTEGER",
    "scored_on": "TEXT",
}
DOCUMENTED: Final = {
    "statements": {
        **dict.fromkeys(("statement", "title", "occurred_on", "place", "url", "parties", "text", "event"), "TEXT"),
        "position": "INTEGER",
    },
    "commitments": {
        **dict.fromkeys(("commitment", "title", "theme", "nature", "strength"), "TEXT"),
        **dict.fromkeys(("due", "due_basis", "parties"), "TEXT"),
        "position": "INTEGER",
    },
    "standings": {"commitment": "TEXT", "country": "TEXT", **STANDING},
    "spells": {**dict.fromkeys(("commitment", "country", "from_day", "until_day"), "TEXT"), **STANDING},
    "events": {
        "position": "INTEGER",
        **dict.fromkeys(("id", "kind", "recorded_at", "recorded_by", "commitment", "statement"), "TEXT"),
        **dict.fromkeys(("parties", "occurred_on"), "TEXT"),
        "paragraph": "INTEGER",
        **dict.fromkeys(("quote", "title", "occurrence"), "TEXT"),
        "score": "INTEGER",
        **dict.fromkeys(("reason", "note", "source_title", "source_url"), "TEXT"),
        "retracted_at": "INTEGER",
        "line": "TEXT",
    },
    "meta": {"key": "TEXT", "value": "TEXT"},
}
"""What people write their SQL against: every table, and its columns in order, with their types."""
KEYS: Final = {
    "statements": ["statement"],
    "commitments": ["commitment"],
    "standings": ["commitment", "country"],
    "spells": ["commitment", "country", "from_day"],
    "events": ["position"],
    "meta": ["key"],
}
INDEXED: Final = {
    "commitments": {"theme"},
    "standings": {"status", "country"},
    "spells": {"from_day"},
    "events": {"id", "commitment", "statement", "occurred_on", "recorded_at"},
}


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


def file_of(ledger: Ledger) -> Path:
    return views_path(ledger._log.path)


def sql(path: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as views:
        return views.execute(statement, values).fetchall()


def answers(ledger: Ledger) -> list[object]:
    """What the views are asked for, all in all."""
    days = (date(2025, 1, 1), date(2025, 1, 2), date(2025, 3, 15), date(2025, 4, 1), date.max)
    found = [ledger.status(as_of=day) for day in days]
    return [*found, ledger.log(), ledger.log(LogFilter(words="year")), ledger.commitments(), ledger.statements()]


# What people find


def test_tables_and_columns_are_those_that_are_documented(told: Ledger) -> None:
    told.rebuild()
    names = [name for (name,) in sql(file_of(told), "SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert {name for name in names if not name.startswith("events_fts")} == DOCUMENTED.keys()
    for table, columns in DOCUMENTED.items():
        info = sql(file_of(told), f"PRAGMA table_info({table})")
        assert {name: kind for _, name, kind, *_ in info} == columns
        assert [name for _, name, *_ in info] == list(columns), "in this order"
        assert [name for key, name in sorted((one[5], one[1]) for one in info) if key] == KEYS[table]


def test_what_is_looked_up_is_indexed(told: Ledger) -> None:
    told.rebuild()
    for table, columns in INDEXED.items():
        names = [row[1] for row in sql(file_of(told), f"PRAGMA index_list({table})") if row[3] == "c"]
        assert {row[2] for name in names for row in sql(file_of(told), f"PRAGMA index_info({name})")} == columns


def test_rows_read_as_people_would_ask_for_them(told: Ledger) -> None:
    told.status(as_of=date.max)
    path = file_of(told)
    assert sql(path, "SELECT country, status, since FROM standings WHERE commitment = 'lakes' ORDER BY 1") == [
        ("JPN", "fulfilled", "2025-03-01"),
        ("KOR", "made", "2025-01-02"),
        ("USA", "lapsed", "2025-04-01"),
    ]
    lakes = "SELECT from_day, until_day, status FROM spells WHERE commitment = 'lakes' AND country = 'USA'"
    assert sql(path, f"{lakes} ORDER BY from_day") == [
        ("2025-01-02", "2025-04-01", "made"),
        ("2025-04-01", None, "lapsed"),
    ]
    assert sql(path, "SELECT title, due, parties, position FROM commitments WHERE commitment = 'lakes'") == [
        ("Clean the lakes", "2025-06-01", "JPN KOR USA", 3)
    ]
    assert sql(path, "SELECT statement, place, text, position FROM statements") == [
        ("pact", "Seoul 서울", TEXT, 1)
    ]
    assert sql(path, "SELECT position, retracted_at FROM events WHERE kind = 'assessed'") == [(7, None), (9, 10)]
    assert [line.encode() for (line,) in sql(path, "SELECT line FROM events ORDER BY position")] == list(
        told.export()
    )
    assert dict(sql(path, "SELECT * FROM meta"))["version"] == VERSION


WORDS = {
    "a word": ("year", [2]),
    "a word in capitals": ("YEAR", [2]),
    "umlauts": ("Größe", [4]),
    "umlauts left out": ("große", [4]),
    "an accent": ("café", [4]),
    "an accent left out": ("cafe", [4]),
    "accents too many": ("çàfé", [4]),
    "a part of a word": ("yea", []),
    "decomposed": ("cafe\u0301", [4]),
    "two accents on one letter": ("Việt", [6]),
    "both left out": ("viet", [6]),
    "another script": ("조약", [6]),
    "two words, apart and turned round": ("Café Bäume", [4]),
    "two words of two lines": ("year Café", []),
    "the source": ("Source", [3, 4, 5, 6, 7, 9]),
    "the reason": ("moot", [6]),
    "the occurrence": ("first", [5]),
    "the language of search": ('NOT "lakes* OR (', []),
    "no word": ("?!", []),
}


@pytest.mark.parametrize(("words", "positions"), WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("caught_up", [False, True], ids=["rebuilt", "caught up"])
def test_words_are_found_with_and_without_their_accents(
    ledger: Ledger, request: pytest.FixtureRequest, words: str, positions: list[int], caught_up: bool
) -> None:
    if caught_up:
        ledger.rebuild()
    told = request.getfixturevalue("told")
    assert [line.position for line in told.log(LogFilter(words=words))] == positions


# Views that are not of this log


@pytest.fixture
def reopened(told: Ledger, tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    """Opens the ledger anew, as the next command does; its views are fresh, and nobody has them open."""
    told.rebuild()
    told.close()
    opened: list[Ledger] = []

    def open_again() -> Ledger:
        opened.append(Ledger.open(tmp_path / "ledger.db", clock=Ticking()))
        return opened[-1]

    yield open_again
    for ledger in opened:
        ledger.close()


def fresh(ledger: Ledger) -> list[object]:
    """What the same log answers from views that were never touched."""
    lines = list(ledger.export())
    with TemporaryDirectory() as folder, Ledger.create(f"{folder}/l.db", clock=Ticking(), lines=lines) as copy:
        return answers(copy)


TAMPERED: Final = {
    "an older version": "UPDATE meta SET value = '0' WHERE key = 'version'",
    "a newer version": "UPDATE meta SET value = '999' WHERE key = 'version'",
    "no version": "DELETE FROM meta WHERE key = 'version'",
    "no position": "DELETE FROM meta WHERE key = 'position'",
    "no hash": "DELETE FROM meta WHERE key = 'line'",
    "no last day": "DELETE FROM meta WHERE key = 'last_day'",
    "no meta": "DROP TABLE meta",
    "an empty meta": "DELETE FROM meta",
    "a position before": "UPDATE meta SET value = '4' WHERE key = 'position'",
    "a position beyond": "UPDATE meta SET value = '4000' WHERE key = 'position'",
    "a position of words": "UPDATE meta SET value = 'four' WHERE key = 'position'",
    "another hash": "UPDATE meta SET value = upper(value) WHERE key = 'line'",
}
"""Views whose rows are nonsense as well: that they are not told is what is tested."""


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
def test_views_that_do_not_say_what_they_are_of_are_rebuilt(
    reopened: Callable[[], Ledger], tmp_path: Path, statement: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db.views.db")) as views:
        for table in ("standings", "spells", "commitments", "statements"):
            views.execute(f"DELETE FROM {table}")
        views.execute("UPDATE events SET line = '{}'")
        views.execute(statement)
        views.commit()
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


def answers_or_says_why_not(ledger: Ledger) -> None:
    """What says of itself that it is current, and is broken, is rebuilt; or a rebuild is asked for, and helps."""
    try:
        assert answers(ledger) == fresh(ledger)
    except StoreError:
        ledger.rebuild()
        assert answers(ledger) == fresh(ledger)


@pytest.mark.parametrize("table", ["standings", "spells", "commitments", "statements", "events", "events_fts"])
def test_views_that_lack_a_table(reopened: Callable[[], Ledger], tmp_path: Path, table: str) -> None:
    sql(tmp_path / "ledger.db.views.db", f"DROP TABLE {table}")
    answers_or_says_why_not(reopened())


@pytest.mark.parametrize("count", [1, 10, 1000, 3000])
def test_views_that_lack_the_last_bytes(reopened: Callable[[], Ledger], tmp_path: Path, count: int) -> None:
    """They end within a page, which SQLite takes for a page of zeros."""
    views = tmp_path / "ledger.db.views.db"
    views.write_bytes(views.read_bytes()[:-count])
    answers_or_says_why_not(reopened())


SPOILED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gone": lambda _: b"",
    "cut to half a page": lambda whole: whole[:2048],
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "text": lambda _: b"position,id\n1,abc\n" * 999,
    "garbage": lambda whole: bytes((byte * 7 + n) % 256 for n, byte in enumerate(whole)),
    "a header and garbage": lambda whole: whole[:100] + b"\xff" * (len(whole) - 100),
    "tables and garbage": lambda whole: whole[:8192] + b"\xff" * (len(whole) - 8192),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_views_file_that_was_spoiled_is_made_anew(
    reopened: Callable[[], Ledger], tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    views = tmp_path / "ledger.db.views.db"
    views.write_bytes(spoil(views.read_bytes()))
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_a_file_of_another_program_in_the_place_of_views_is_replaced(
    reopened: Callable[[], Ledger], tmp_path: Path, kind: str
) -> None:
    views = tmp_path / "ledger.db.views.db"
    views.unlink()
    sql(views, "CREATE TABLE meta (id INTEGER, name TEXT)")
    sql(views, f"CREATE {kind} standings AS SELECT * FROM meta")
    sql(views, f"CREATE {kind} newcomers AS SELECT * FROM meta")
    ledger = reopened()
    assert answers(ledger) == fresh(ledger)


def test_views_of_a_fork_are_rebuilt(reopened: Callable[[], Ledger], tmp_path: Path) -> None:
    """The same length and the same beginning; the last line is another."""
    lines = list(reopened().export())
    fork = tmp_path / "fork.db"
    with Ledger.create(fork, clock=Ticking(), lines=lines[:-2]) as forked:
        for fact in (made("seas"), fulfilled("seas")):
            forked.record(fact, by="tester")
        assert forked.size() == len(lines)
        expected = answers(forked)
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"fork.db.views.db{suffix}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "ledger.db.views.db", tmp_path / "fork.db.views.db")
    with Ledger.open(fork, clock=Ticking()) as forked:
        assert answers(forked) == expected


@pytest.mark.parametrize("count", [0, 1, 5])
def test_views_of_another_ledger_are_rebuilt(reopened: Callable[[], Ledger], tmp_path: Path, count: int) -> None:
    """A shorter one, and an empty one."""
    other = tmp_path / "other.db"
    with Ledger.create(other, clock=Ticking()) as shorter:
        for number in range(count):
            shorter.record(made(f"bees-{number}"), by="tester")
        expected = answers(shorter)
    shutil.copy(tmp_path / "ledger.db.views.db", tmp_path / "other.db.views.db")
    with Ledger.open(other, clock=Ticking()) as shorter:
        assert answers(shorter) == expected


def test_views_from_a_backup_are_caught_up(ledger: Ledger, tmp_path: Path) -> None:
    """Old, and of this very log: what came since is taken in."""
    ledger.record(made(), by="tester")
    ledger.rebuild()
    sql(tmp_path / "ledger.db.views.db", "PRAGMA wal_checkpoint(TRUNCATE)")
    backup = (tmp_path / "ledger.db.views.db").read_bytes()
    ledger.record(fulfilled(), by="tester")
    ledger.record(made("lakes"), by="tester")
    ledger.status(as_of=date.max)
    ledger.close()
    (tmp_path / "ledger.db.views.db").write_bytes(backup)
    with Ledger.open(tmp_path / "ledger.db", clock=Ticking()) as again:
        assert answers(again) == fresh(again)


def test_views_that_are_deleted_while_the_ledger_is_open_are_made_anew(told: Ledger, tmp_path: Path) -> None:
    expected = answers(told)
    for left in tmp_path.glob("ledger.db.views.db*"):
        left.unlink()
    assert answers(told) == expected
    assert file_of(told).exists()


def test_rebuild_tells_how_many_lines_it_replayed(told: Ledger) -> None:
    assert told.rebuild() == told.size() == 10
    told.record(made("seas"), by="tester")
    assert told.rebuild() == 11


# Readers and writers at the same time


def standings(path: Path) -> list[tuple[Any, ...]]:
    return sql(path, "SELECT commitment, country, status FROM standings ORDER BY 1, 2")


def test_a_reader_that_has_begun_sees_the_old_rows_to_its_end(told: Ledger) -> None:
    before = answers(told)
    path = file_of(told)
    old = standings(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        query = "SELECT commitment, country, status FROM standings ORDER BY 1, 2"
        assert reader.execute(query).fetchall() == old
        told.record(made("seas"), by="tester")
        told.status(as_of=date.max)
        told.rebuild()
        assert answers(told) != before
        assert reader.execute(query).fetchall() == old
        assert reader.execute("SELECT count(*) FROM events").fetchone() == (10,)
        reader.execute("ROLLBACK")
        assert len(reader.execute(query).fetchall()) == len(old) + 3


@pytest.mark.parametrize("again", ["rebuild", "catch up"])
def test_a_reader_that_comes_in_the_middle_sees_the_old_rows_whole(told: Ledger, again: str) -> None:
    """Asked while the rows are being replaced, and nothing of it is committed."""
    told.status(as_of=date.max)
    path = file_of(told)
    old = standings(path)
    seen: list[object] = []

    def look(_: int) -> None:
        seen.append(standings(path))
        seen.append(sql(path, "SELECT count(*) FROM events_fts WHERE events_fts MATCH 'year'"))
        if again == "rebuild":
            with Ledger.open(path.with_name("ledger.db"), clock=Ticking()) as reader:
                seen.append(len(reader.status(as_of=date.max)))

    told.progress = look
    if again == "rebuild":
        told.rebuild()
        assert seen == [old, [(1,)], len(old)]
    else:
        told.record(made("seas"), by="tester")
        assert len(told.status(as_of=date.max)) == len(old) + 3
        assert seen == [old, [(1,)]]


@pytest.mark.parametrize("again", ["rebuild", "catch up"])
def test_what_fails_in_the_middle_leaves_the_old_rows_whole(told: Ledger, again: str) -> None:
    before = answers(told)
    old = standings(file_of(told))

    def fail(_: int) -> None:
        raise ZeroDivisionError

    told.progress = fail
    with pytest.raises(ZeroDivisionError):
        if again == "rebuild":
            told.rebuild()
        else:
            told.record(made("seas"), by="tester")
            told.status(as_of=date.max)
    assert standings(file_of(told)) == old
    with Ledger.open(told._log.path, clock=Ticking()) as reader:
        assert answers(reader)[-1] == before[-1]
        assert len(reader.status(as_of=date.max)) == len(old) + (3 if again == "catch up" else 0)


def ask(number: int, path: Path) -> list[object]:
    with Ledger.open(path, clock=Ticking()) as ledger:
        return answers(ledger)


def test_eight_processes_that_ask_first_get_one_answer(told: Ledger, tmp_path: Path) -> None:
    """The views do not exist yet; each would make them."""
    told.close()
    expected = race(ask, tmp_path / "ledger.db")
    assert all(one == expected[0] for one in expected)
    with Ledger.open(tmp_path / "ledger.db", clock=Ticking()) as again:
        assert expected[0] == fresh(again)


def record_and_ask(number: int, path: Path) -> list[tuple[int, int]]:
    """After each of three appends: how many rows it then sees of its own, and of all."""
    found = []
    with Ledger.open(path, clock=Ticking()) as ledger:
        for turn in range(3):
            ledger.record(made(f"runner-{number}-{turn}"), by="tester")
            rows = ledger.status(as_of=date.max)
            own = [row for row in rows if row.commitment.startswith(f"runner-{number}-")]
            found.append((len(own), len(rows)))
    return found


def test_whoever_records_sees_it_at_once_and_nothing_is_taken_in_twice(ledger: Ledger, tmp_path: Path) -> None:
    for seen in race(record_and_ask, tmp_path / "ledger.db"):
        assert [own for own, _ in seen] == [3, 6, 9]
        assert [whole for _, whole in seen] == sorted(whole for _, whole in seen)
    assert len(ledger.status(as_of=date.max)) == 8 * 9
    assert answers(ledger) == fresh(ledger)
    assert not ledger.audit().findings


# Where they are kept


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, and a folder of the ledger that cannot be written: root could, so it is said to be so."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "access", lambda path, mode: tmp_path / "cache" in (path, *Path(path).parents))
    return tmp_path / "cache"


def test_views_lie_beside_the_ledger(told: Ledger, tmp_path: Path) -> None:
    told.rebuild()
    assert file_of(told) == tmp_path / "ledger.db.views.db"
    assert file_of(told).exists()


def test_views_lie_in_the_users_cache_where_the_folder_cannot_be_written(
    told: Ledger, tmp_path: Path, cache: Path
) -> None:
    found = answers(told)
    kept = list(cache.rglob("*.views.db"))
    assert len(kept) == 1
    assert kept[0].parent.name == "commitment-ledger"
    assert [one.name for one in tmp_path.glob("*views*")] == []
    assert found == fresh(told)
    told.record(made("seas"), by="tester")
    assert answers(told) == fresh(told)


def test_each_ledger_has_views_of_its_own_in_the_cache(
    told: Ledger, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other" / "ledger.db"
    other.parent.mkdir()
    Ledger.create(other, clock=Ticking()).close()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to("ledger.db")
    own = views_path(tmp_path / "ledger.db")
    assert views_path(other) != own
    assert views_path(Path("ledger.db")) == own
    assert views_path(tmp_path / "link.db") == own
