"""The log on a server refuses whatever is not an append, from any program and even from the superuser."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from ledger import Ledger
from ledger.record import lines_of
from tests.kit.facts import made, reaffirmed, registered
from tests.kit.servers import Server
from tests.trust.scene import clock

EVENTS = "commitment_ledger.stored_events"
CHANGES = {
    "the line": f"UPDATE {EVENTS} SET state = '{{}}' WHERE notification_id = 2",
    "the line, by what it is already": f"UPDATE {EVENTS} SET state = state",
    "no line at all": f"UPDATE {EVENTS} SET state = '{{}}' WHERE notification_id = 99",
    "the position": f"UPDATE {EVENTS} SET notification_id = 4 WHERE notification_id = 3",
    "by upsert": f"INSERT INTO {EVENTS} VALUES ('commitment/trees', 1, 'made', '{{}}', 4) "
    "ON CONFLICT (originator_id, originator_version) DO UPDATE SET state = excluded.state",
    "by merge": f"MERGE INTO {EVENTS} AS t USING (SELECT 1) AS s ON t.notification_id = 2 "
    "WHEN MATCHED THEN DELETE",
    "the first taken out": f"DELETE FROM {EVENTS} WHERE notification_id = 1",
    "the last taken out": f"DELETE FROM {EVENTS} WHERE notification_id = 3",
    "all taken out": f"DELETE FROM {EVENTS}",
    "emptied": f"TRUNCATE {EVENTS}",
    "emptied with what hangs on it": f"TRUNCATE {EVENTS} CASCADE",
}
ROWS = {
    "a version again": "('commitment/trees', 2, 'made', '{}', 4)",
    "a version left out": "('commitment/trees', 4, 'made', '{}', 4)",
    "a version before the first": "('commitment/lakes', 0, 'made', '{}', 4)",
    "a stream that begins at 2": "('commitment/lakes', 2, 'made', '{}', 4)",
    "a position again": "('commitment/trees', 3, 'made', '{}', 3)",
    "a position left out": "('commitment/trees', 3, 'made', '{}', 5)",
    "a position before the first": "('commitment/trees', 3, 'made', '{}', 0)",
    "a position far below": "('commitment/trees', 3, 'made', '{}', -9223372036854775808)",
    "no position": "('commitment/trees', 3, 'made', '{}', NULL)",
    "no line": "('commitment/trees', 3, 'made', NULL, 4)",
    "two, the second after a gap": "('commitment/trees', 3, 'made', '{}', 4), "
    "('commitment/trees', 5, 'made', '{}', 5)",
    "two in the wrong order": "('commitment/trees', 4, 'made', '{}', 4), ('commitment/trees', 3, 'made', '{}', 5)",
    "two with a position between them": "('commitment/trees', 3, 'made', '{}', 4), "
    "('commitment/lakes', 1, 'made', '{}', 6)",
}


@pytest.fixture
def told(url: str) -> str:
    """Where a record of three lines is: a statement, and two of a commitment."""
    with Ledger.create(url, clock=clock) as ledger:
        for fact in (registered(), made(), reaffirmed()):
            ledger.record(fact, by="tester")
    return url


@pytest.fixture
def raw(told: str) -> Iterator[Connection[TupleRow]]:
    """The record as any program of the superuser sees it."""
    with psycopg.connect(told, autocommit=True) as connection:
        yield connection


def rows(raw: Connection[TupleRow]) -> list[TupleRow]:
    return raw.execute(f"SELECT * FROM {EVENTS} ORDER BY notification_id").fetchall()


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_nothing_is_changed_or_taken_out(raw: Connection[TupleRow], change: str) -> None:
    before = rows(raw)
    for role in ("origin", "replica", "local"):  # in the role of a replica, common triggers do not fire
        raw.execute(f"SET session_replication_role = {role}")
        with pytest.raises(psycopg.IntegrityError, match=r"the log is append-only: no (UPDATE|DELETE|TRUNCATE)"):
            raw.execute(change)
    assert rows(raw) == before


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_only_what_comes_next_is_put_in(raw: Connection[TupleRow], row: str) -> None:
    before = rows(raw)
    with pytest.raises(psycopg.IntegrityError):
        raw.execute(f"INSERT INTO {EVENTS} VALUES {row}")
    assert rows(raw) == before


def test_what_comes_next_is_put_in_by_whatever_means(raw: Connection[TupleRow]) -> None:
    """So that the cases above are refused for what they say, and not for how they say it."""
    raw.execute(
        f"INSERT INTO {EVENTS} VALUES ('commitment/trees', 3, 'made', '{{}}', 4), ('x', 1, 'made', '{{}}', 5)"
    )
    with raw.cursor().copy(f"COPY {EVENTS} FROM STDIN") as copy:
        copy.write_row(("commitment/trees", 4, "made", b"{}", 6))
        copy.write_row(("x", 2, "made", b"{}", 7))
    assert [row[4] for row in rows(raw)] == [1, 2, 3, 4, 5, 6, 7]


def test_copied_rows_are_guarded_too(raw: Connection[TupleRow]) -> None:
    with (
        pytest.raises(psycopg.IntegrityError, match="not the next"),
        raw.cursor().copy(f"COPY {EVENTS} FROM STDIN") as copy,
    ):
        copy.write_row(("commitment/trees", 3, "made", b"{}", 5))
    assert len(rows(raw)) == 3


def test_programs_that_insert_at_once_come_one_after_the_other(told: str, raw: Connection[TupleRow]) -> None:
    """Whoever passes our program by still gets the lock from the guard, so that no position is passed over."""

    def insert(number: int) -> int:
        query = f"""
            INSERT INTO {EVENTS}
            SELECT 'x/{number}', 1 + count(*) FILTER (WHERE originator_id = 'x/{number}'),
                'made', '{{}}', max(notification_id) + 1
            FROM {EVENTS}
        """
        refused = 0
        with psycopg.connect(told, autocommit=True) as connection:
            for _ in range(20):
                try:
                    connection.execute(query)
                except (psycopg.IntegrityError, psycopg.errors.DeadlockDetected):
                    refused += 1
        return 20 - refused

    with ThreadPoolExecutor(4) as pool:
        inserted = sum(pool.map(insert, range(4)))
    assert inserted > 0
    assert [row[4] for row in rows(raw)] == list(range(1, 3 + inserted + 1))


TAMPERING = {
    "a guard disabled": (f"ALTER TABLE {EVENTS} DISABLE TRIGGER log_is_not_changed", "its definition was changed"),
    "a guard for origins only": (f"ALTER TABLE {EVENTS} ENABLE TRIGGER log_is_not_changed", "its definition"),
    "a guard dropped": (f"DROP TRIGGER log_grows_at_the_end ON {EVENTS}", "log_grows_at_the_end is missing"),
    "a function that lets all pass": (
        "CREATE OR REPLACE FUNCTION commitment_ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "refuse_change() is not as it was made",
    ),
    "an index dropped": ("DROP INDEX commitment_ledger.stored_events_notification_id_idx", "idx is missing"),
    "a column added": (f"ALTER TABLE {EVENTS} ADD COLUMN more text", "stored_events is not as it was made"),
    "a table that a crash empties": (f"ALTER TABLE {EVENTS} SET UNLOGGED", "stored_events is not as it was made"),
    "a rule beside it": (f"CREATE RULE quiet AS ON INSERT TO {EVENTS} DO INSTEAD NOTHING", "quiet is no part"),
    "rows hidden": (f"ALTER TABLE {EVENTS} ENABLE ROW LEVEL SECURITY", "stored_events is not as it was made"),
    "a trigger of another": (
        f"CREATE TRIGGER mine BEFORE INSERT ON {EVENTS} EXECUTE FUNCTION commitment_ledger.append_alone()",
        "mine is no part of a ledger",
    ),
}


@pytest.mark.parametrize(("tampering", "said"), TAMPERING.values(), ids=list(TAMPERING))
def test_an_audit_finds_what_the_owner_did_to_the_schema(
    told: str, server: Server, tampering: str, said: str
) -> None:
    with Ledger.open(told, clock=clock) as ledger:
        assert ledger.audit().findings == ()
        server.sql(tampering, told.partition("?")[0].rpartition("/")[2])
        findings = ledger.audit(only=["schema"]).findings
    assert findings
    assert any(said in one.said for one in findings), findings


LINES = {
    "a line changed": (
        f"UPDATE {EVENTS} SET state = convert_to(replace(convert_from(state, 'UTF8'), 'a', 'e'), 'UTF8') "
        "WHERE notification_id = 5",
        "lines",
    ),
    "a line taken out": (f"DELETE FROM {EVENTS} WHERE notification_id = 5", "positions"),
    "the end cut off": (f"DELETE FROM {EVENTS} WHERE notification_id > 60", "checkpoints"),
    "two lines exchanged": (
        f"UPDATE {EVENTS} SET notification_id = -notification_id WHERE notification_id IN (7, 8); "
        f"UPDATE {EVENTS} SET notification_id = 15 + notification_id WHERE notification_id < 0",
        "checkpoints",
    ),
    "a row of another stream": (
        f"UPDATE {EVENTS} SET originator_id = 'commitment/x' WHERE notification_id = 68",
        "lines",
    ),
    "bytes that are no text": (f"UPDATE {EVENTS} SET state = '\\xff' WHERE notification_id = 5", "lines"),
}


@pytest.mark.parametrize(("tampering", "check"), LINES.values(), ids=list(LINES))
def test_an_audit_finds_what_the_owner_did_to_the_lines(
    url: str, server: Server, database: str, tampering: str, check: str
) -> None:
    lines = (line.removesuffix(b"\n") for line in lines_of("brussels"))
    with Ledger.create(url, clock=clock, lines=lines) as ledger:
        point = ledger.checkpoint()
        server.sql(f"ALTER TABLE {EVENTS} DISABLE TRIGGER ALL", database)
        server.sql(tampering, database)
        found = {one.check for one in ledger.audit([point]).findings}
    assert {check, "schema"} <= found
