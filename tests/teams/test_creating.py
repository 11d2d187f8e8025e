"""A record on a server is made once, whole or not at all, and known for what it is before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger import Ledger
from ledger.errors import NotIntact, StoreAway, StoreError, StoreExists, StoreMissing
from ledger.record import lines_of
from tests.kit.facts import made
from tests.kit.process import Program
from tests.kit.race import race
from tests.kit.servers import Server
from tests.trust.scene import clock


def brussels() -> list[bytes]:
    return [line.removesuffix(b"\n") for line in lines_of("brussels")]


def found(server: Server, database: str) -> list[tuple[object, ...]]:
    """What is in a database beyond what every database has."""
    return server.sql(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$|^public$'", database
    )


def make(_: int, url: Path) -> str:
    try:
        Ledger.create(str(url).replace("postgresql:/", "postgresql://", 1), clock=clock, lines=brussels()).close()
    except StoreExists:
        return "exists"
    return "made"


def test_of_many_that_make_it_at_once_one_does(url: str) -> None:
    results = race(make, Path(url))
    assert sorted(results) == ["exists"] * 7 + ["made"]
    with Ledger.open(url, clock=clock) as ledger:
        assert ledger.size() == 68
        assert ledger.audit().findings == ()


def test_the_shipped_record_has_one_root_everywhere(url: str, tmp_path: Path) -> None:
    with (
        Ledger.create(url, clock=clock, lines=brussels()) as there,
        Ledger.create(tmp_path / "ledger.db", clock=clock, lines=brussels()) as here,
    ):
        assert list(there.export()) == list(here.export()) == brussels()
        assert there.checkpoint() == here.checkpoint()


def test_a_faulty_line_leaves_nothing_behind(url: str, server: Server, database: str) -> None:
    lines = brussels()
    lines[40] = lines[40].replace(b"a", b"e")
    with pytest.raises(NotIntact) as refused:
        Ledger.create(url, clock=clock, lines=lines)
    assert refused.value.findings[0].position == 41
    assert found(server, database) == []
    Ledger.create(url, clock=clock, lines=brussels()).close()


def test_what_is_there_is_never_written_over(program: Program, url: str) -> None:
    program("--db", url, "init", "--record", "brussels").ok()
    before = program("--db", url, "export").ok()
    again = program("--db", url, "init")
    assert (again.code, again.out) == (4, "")
    assert "never written over" in again.err
    assert program("--db", url, "restore", "-", stdin=before).code == 4
    assert program("--db", url, "export").ok() == before


def test_a_database_without_a_record_is_told_from_no_server(server: Server, url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="`ledger init`"):
        Ledger.open(url, clock=clock)
    with pytest.raises(StoreAway, match="cannot be reached"):
        Ledger.open(f"postgresql://postgres@/x?host={tmp_path}", clock=clock)
    with pytest.raises(StoreAway, match='database "nowhere" does not exist'):
        Ledger.open(
            url.replace("/record_", "/nowhere?x=/record_").partition("?x")[0] + "?" + url.partition("?")[2],
            clock=clock,
        )


def test_a_record_of_a_later_version_is_not_read(url: str, server: Server, database: str) -> None:
    Ledger.create(url, clock=clock).close()
    server.sql("COMMENT ON SCHEMA commitment_ledger IS 'commitment-ledger, schema 2'", database)
    with pytest.raises(StoreError, match=r"newer version of this program .schema 2, this one reads up to 1"):
        Ledger.open(url, clock=clock)


@pytest.mark.parametrize("comment", ["NULL", "''", "'ours'", "'commitment-ledger, schema x'"])
def test_a_schema_of_that_name_which_is_no_record_is_left_alone(
    url: str, server: Server, database: str, comment: str
) -> None:
    server.sql("CREATE SCHEMA commitment_ledger", database)
    server.sql(f"COMMENT ON SCHEMA commitment_ledger IS {comment}", database)
    with pytest.raises(StoreError, match="no ledger"):
        Ledger.open(url, clock=clock)
    with pytest.raises(StoreExists):
        Ledger.create(url, clock=clock)


def test_a_database_that_is_not_in_utf8_is_refused(server: Server, url: str) -> None:
    server.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    try:
        with pytest.raises(StoreError, match="UTF8"):
            Ledger.create(server.url("latin"), clock=clock)
        assert found(server, "latin") == []
    finally:
        server.sql("DROP DATABASE latin")


def test_who_may_make_no_schema_is_told_so(server: Server, url: str, database: str) -> None:
    with pytest.raises(StoreError, match=r"your role may not do this .permission denied for database"):
        Ledger.create(server.url(database, server.role()), clock=clock)
    assert found(server, database) == []


def test_whoever_owns_the_database_needs_no_superuser(server: Server, database: str) -> None:
    owner = server.role(database)
    with Ledger.create(server.url(database, owner), clock=clock) as ledger:
        ledger.record(made(), by="tester")
        assert ledger.audit().findings == ()


def test_a_role_that_is_not_there_makes_nothing(program: Program, url: str, server: Server, database: str) -> None:
    refused = program("--db", url, "init", "--reader", "nobody_of_that_name")
    assert refused.code == 4
    assert 'role "nobody_of_that_name" does not exist' in refused.err
    assert "CREATE ROLE" in refused.err
    assert found(server, database) == []


def test_roles_are_for_servers(program: Program) -> None:
    refused = program("init", "--writer", "desk")
    assert refused.code == 2
    assert "a file has its permissions" in refused.err
    assert list(program.folder.iterdir()) == []
