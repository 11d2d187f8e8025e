"""The log refuses whatever is not an append, from any program that opens the file (design, section 5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.store.log import SQLiteLog
from ledger.store.schema import expected_schema
from tests.conftest import Ticking
from tests.kit.facts import made, reaffirmed, registered

Rows = list[tuple[object, ...]]

UPDATES = {
    "the line": "UPDATE stored_events SET state = '{}' WHERE rowid = 2",
    "the line, by what it is already": "UPDATE stored_events SET state = state",
    "the topic": "UPDATE stored_events SET topic = 'lapsed'",
    "the version": "UPDATE stored_events SET originator_version = 9 WHERE rowid = 3",
    "the stream": "UPDATE stored_events SET originator_id = 'commitment/lakes' WHERE rowid = 3",
    "the position": "UPDATE stored_events SET rowid = 4 WHERE rowid = 3",
    "or replace": "UPDATE OR REPLACE stored_events SET rowid = 1 WHERE rowid = 3",
    "or ignore": "UPDATE OR IGNORE stored_events SET state = '{}'",
    "upsert": "INSERT INTO stored_events VALUES ('commitment/trees', 1, 'made', '{}') "
    "ON CONFLICT DO UPDATE SET state = excluded.state",
}
DELETIONS = {
    "the first": "DELETE FROM stored_events WHERE rowid = 1",
    "the last": "DELETE FROM stored_events WHERE rowid = 3",
    "all": "DELETE FROM stored_events",
    "all, by a condition": "DELETE FROM stored_events WHERE topic IS NOT NULL",
}
REPLACEMENTS = {
    "by key": "INSERT OR REPLACE INTO stored_events VALUES ('commitment/trees', 1, 'made', '{}')",
    "by key, in short": "REPLACE INTO stored_events VALUES ('statement/pact', 1, 'registered', '{}')",
    "by rowid": "INSERT OR REPLACE INTO stored_events (rowid, originator_id, originator_version, topic, state) "
    "VALUES (2, 'commitment/trees', 3, 'made', '{}')",
    "by rowid, in another stream": "REPLACE INTO stored_events "
    "(rowid, originator_id, originator_version, topic, state) "
    "VALUES (1, 'commitment/lakes', 1, 'made', '{}')",
    "by rowid and key": "REPLACE INTO stored_events (rowid, originator_id, originator_version, topic, state) "
    "VALUES (2, 'commitment/trees', 1, 'made', '{}')",
    "copied onto itself": "REPLACE INTO stored_events SELECT * FROM stored_events",
}
VERSIONS = ["0", "-1", "1", "2", "4", "99", "NULL", "'three'", "3.5"]
"""What may follow version 2 of a stream is 3."""
POSITIONS = [-9223372036854775808, -5, -1, 0, 1, 3, 5, 99, 9223372036854775807]
"""What may follow position 3 is 4."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A ledger of three lines: a statement, and two of a commitment."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    with Ledger.create(path, clock=Ticking()) as ledger:
        for fact in (registered(), made(), reaffirmed()):
            ledger.record(fact, by="tester")
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, template: bytes) -> Path:
    copy = tmp_path / "ledger.db"
    copy.write_bytes(template)
    return copy


@pytest.fixture
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as any program may open it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT rowid, * FROM stored_events ORDER BY rowid").fetchall()


def refuses(raw: sqlite3.Connection, path: Path, statement: str, *words: str) -> None:
    """Refused in the guard's words, or by the table's own key, and nothing changed."""
    before = rows(path)
    with pytest.raises(sqlite3.IntegrityError) as refused:
        raw.execute(statement)
    assert any(word in str(refused.value) for word in words), refused.value
    assert rows(path) == before


@pytest.mark.parametrize("statement", UPDATES.values(), ids=UPDATES)
def test_no_update(raw: sqlite3.Connection, path: Path, statement: str) -> None:
    refuses(raw, path, statement, "append-only: no UPDATE", "append-only: not the next version")


@pytest.mark.parametrize("statement", DELETIONS.values(), ids=DELETIONS)
def test_no_delete(raw: sqlite3.Connection, path: Path, statement: str) -> None:
    refuses(raw, path, statement, "append-only: no DELETE")


@pytest.mark.parametrize("recursive", [False, True], ids=["", "recursive triggers"])
@pytest.mark.parametrize("statement", REPLACEMENTS.values(), ids=REPLACEMENTS)
def test_no_replacement(raw: sqlite3.Connection, path: Path, statement: str, recursive: bool) -> None:
    """With recursive triggers, which are off unless asked for, REPLACE fires the guard against DELETE too."""
    raw.execute(f"PRAGMA recursive_triggers = {recursive}")
    refuses(raw, path, statement, "append-only: not the next version", "append-only: no DELETE")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK", "REPLACE"])
def test_no_version_but_the_next(raw: sqlite3.Connection, path: Path, verb: str, version: str) -> None:
    statement = f"{verb} INTO stored_events VALUES ('commitment/trees', {version}, 'made', '{{}}')"
    refuses(raw, path, statement, "append-only: not the next version")


@pytest.mark.parametrize("version", ["0", "2", "-1", "NULL"])
def test_a_new_stream_begins_with_version_1(raw: sqlite3.Connection, path: Path, version: str) -> None:
    statement = f"INSERT INTO stored_events VALUES ('commitment/lakes', {version}, 'made', '{{}}')"
    refuses(raw, path, statement, "append-only: not the next version")


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR IGNORE", "REPLACE"])
def test_no_position_but_the_next(raw: sqlite3.Connection, path: Path, verb: str, position: int) -> None:
    statement = (
        f"{verb} INTO stored_events (rowid, originator_id, originator_version, topic, state) "
        f"VALUES ({position}, 'commitment/lakes', 1, 'made', '{{}}')"
    )
    refuses(raw, path, statement, "append-only: not the next position", "append-only: not the next version")


def test_the_first_position_of_an_empty_log_is_1(tmp_path: Path, clock: Ticking) -> None:
    path = tmp_path / "ledger.db"
    Ledger.create(path, clock=clock).close()
    insert = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES "
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for position in (-1, 0, 2, 99):
            refuses(
                connection, path, f"{insert} ({position}, 'commitment/lakes', 1, 'made', '{{}}')", "next position"
            )
        connection.execute(f"{insert} (1, 'commitment/lakes', 1, 'made', '{{}}')")
    assert [row[0] for row in rows(path)] == [1]


def test_the_next_version_at_the_next_position_is_let_in(raw: sqlite3.Connection, path: Path) -> None:
    """What refuses everything would pass all the tests above."""
    before = rows(path)
    raw.execute("INSERT INTO stored_events VALUES ('commitment/trees', 3, 'made', '{}')")
    raw.execute(
        "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
        "VALUES (5, 'commitment/lakes', 1, 'made', '{}')"
    )
    new = [(4, "commitment/trees", 3, "made", "{}"), (5, "commitment/lakes", 1, "made", "{}")]
    assert rows(path) == before + new


def test_one_gap_in_a_transaction_loses_no_more_than_its_own_row(raw: sqlite3.Connection, path: Path) -> None:
    before = rows(path)
    raw.execute("BEGIN")
    raw.execute("INSERT INTO stored_events VALUES ('commitment/trees', 3, 'made', '{}')")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute("INSERT INTO stored_events VALUES ('commitment/trees', 5, 'made', '{}')")
    raw.execute("COMMIT")
    assert rows(path) == [*before, (4, "commitment/trees", 3, "made", "{}")]


def test_vacuum_keeps_the_positions(raw: sqlite3.Connection, path: Path) -> None:
    before = rows(path)
    raw.execute("VACUUM")
    assert rows(path) == before


def test_a_ledger_has_the_guards_that_the_audit_expects(path: Path) -> None:
    with closing(SQLiteLog(path)) as log:
        assert log.schema() == expected_schema()
