"""What a reader and a writer may do, and what they may not: real roles on a real server."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from ledger import Ledger
from tests.kit.facts import made, reaffirmed
from tests.kit.process import Program
from tests.kit.servers import Server
from tests.trust.scene import clock

EVENTS = "commitment_ledger.stored_events"
OUT_OF_REACH = {
    "update": f"UPDATE {EVENTS} SET topic = 'x'",
    "delete": f"DELETE FROM {EVENTS}",
    "truncate": f"TRUNCATE {EVENTS}",
    "alter": f"ALTER TABLE {EVENTS} ADD COLUMN x text",
    "disable a trigger": f"ALTER TABLE {EVENTS} DISABLE TRIGGER ALL",
    "drop a trigger": f"DROP TRIGGER log_is_not_changed ON {EVENTS}",
    "make a trigger": f"CREATE TRIGGER x BEFORE INSERT ON {EVENTS} "
    "EXECUTE FUNCTION commitment_ledger.refuse_change()",
    "be a replica, for which triggers rest": "SET session_replication_role = replica",
    "replace a guard": "CREATE OR REPLACE FUNCTION commitment_ledger.refuse_change() RETURNS trigger "
    "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "drop the table": f"DROP TABLE {EVENTS}",
    "drop all": "DROP SCHEMA commitment_ledger CASCADE",
    "put something beside it": "CREATE TABLE commitment_ledger.x ()",
    "say that it is of another version": "COMMENT ON SCHEMA commitment_ledger IS 'x'",
    "make it its own": f"ALTER TABLE {EVENTS} OWNER TO CURRENT_USER",
    "keep others out by a lock": f"BEGIN; LOCK TABLE {EVENTS} IN ACCESS EXCLUSIVE MODE",
}


class Team:
    """A record with a reader, a writer, and somebody who has nothing to do with it."""

    def __init__(self, server: Server, database: str) -> None:
        self.reader, self.writer, self.stranger = (server.role() for _ in range(3))
        self.server, self.database = server, database
        self.owner = server.url(database, server.role(database))
        with Ledger.create(self.owner, clock=clock, readers=[self.reader], writers=[self.writer]) as ledger:
            ledger.record(made(), by="owner")

    def url(self, role: str) -> str:
        return self.server.url(self.database, role)

    def refused(self, role: str, statement: str) -> None:
        """Whether the server itself forbids it, before any trigger could."""
        denied = pytest.raises(errors.InsufficientPrivilege)
        with psycopg.connect(self.url(role), autocommit=True) as connection, denied:
            connection.execute(statement.encode())


@pytest.fixture
def team(server: Server, database: str) -> Team:
    return Team(server, database)


@pytest.mark.parametrize("statement", OUT_OF_REACH.values(), ids=list(OUT_OF_REACH))
def test_what_neither_may_do(team: Team, statement: str) -> None:
    team.refused(team.reader, statement)
    team.refused(team.writer, statement)


def test_a_reader_reads_all_and_appends_nothing(team: Team, program: Program) -> None:
    url = team.url(team.reader)
    assert "Plant trees" in program("--db", url, "log").ok()
    assert program("--db", url, "verify").ok() == ""
    refused = program(
        "--db",
        url,
        "reaffirm",
        "trees",
        "--on",
        "2026-01-01",
        "--source-title",
        "t",
        "--source-url",
        "https://e.org",
    )
    assert refused.code == 4
    assert "your role may not do this" in refused.err
    team.refused(team.reader, f"INSERT INTO {EVENTS} VALUES ('commitment/trees', 2, 'made', '', 2)")
    team.refused(team.reader, "SELECT commitment_ledger.begin_append()")


def test_a_writer_reads_and_appends(team: Team) -> None:
    with Ledger.open(team.url(team.writer), clock=clock) as ledger:
        assert ledger.record(reaffirmed(), by="writer").new
        assert ledger.audit().findings == ()
        assert [entry.recorded_by for entry in ledger.entries()] == ["owner", "writer"]


def test_a_stranger_sees_nothing(team: Team, program: Program) -> None:
    refused = program("--db", team.url(team.stranger), "status")
    assert (refused.code, refused.out) == (4, "")
    assert "your role may not do this" in refused.err
    team.refused(team.stranger, f"SELECT FROM {EVENTS}")
    team.refused(team.stranger, "SELECT commitment_ledger.begin_append()")


def test_a_table_of_the_same_name_that_comes_first_is_not_taken_for_the_log(team: Team) -> None:
    """What runs with the owner's rights looks for nothing in a caller's own schemas."""
    with psycopg.connect(team.url(team.writer), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE stored_events (LIKE commitment_ledger.stored_events)")
        connection.execute("CREATE TEMP TABLE added (LIKE commitment_ledger.stored_events)")
        connection.execute("SET search_path = pg_temp, commitment_ledger")
        with pytest.raises(psycopg.IntegrityError, match="not the next position"):
            connection.execute(f"INSERT INTO {EVENTS} VALUES ('commitment/trees', 2, 'made', '', 9)")


def test_roles_are_granted_their_rights_whatever_they_are_called(server: Server, database: str) -> None:
    name = 'The "Desk"; DROP SCHEMA commitment_ledger'
    quoted = '"' + name.replace('"', '""') + '"'
    server.sql(f"CREATE ROLE {quoted}")
    try:
        with Ledger.create(server.url(database), clock=clock, writers=[name]) as ledger:
            assert ledger.size() == 0
        granted = server.sql(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE table_name = 'stored_events' "
            "AND grantee LIKE 'The %' ORDER BY 1",
            database,
        )
        assert granted == [("INSERT",), ("SELECT",)]
    finally:
        server.sql(f"DROP OWNED BY {quoted}", database)
        server.sql(f"DROP ROLE {quoted}")
