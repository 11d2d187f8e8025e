"""URLs: whatever libpq understands is handed to it, and a password is shown to nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.store.postgres.address import Address
from tests.kit.process import Program
from tests.kit.servers import Server

PASSWORD = "Kirschbaum-73/@:?#% ё"

SHOWN = {
    "postgresql://ada:secret@db.example.org/record": "postgresql://ada@db.example.org/record",
    "postgres://ada:secret@db/record?sslmode=require": "postgres://ada@db/record?sslmode=require",
    "postgresql://ada@a:1,b:2,[::1]:3/record": "postgresql://ada@a:1,b:2,[::1]:3/record",
    "postgresql:///record?host=/run/pg&password=secret": "postgresql:///record?host=/run/pg",
    "postgresql://db/record?user=ada&password=secret&sslpassword=secret": "postgresql://db/record?user=ada",
    "postgresql://:secret@db/record": "postgresql://db/record",
    "postgresql://ada:secret@/record": "postgresql://ada@/record",
    "postgresql:///?service=team": "postgresql:///?service=team",
}
MISREAD = [
    "postgresql://ada:sec@ret@db/record",
    "postgresql://ada:sec/ret@db/record",
    "postgresql://ada:sec:ret/x@db/record",
    "postgresql://ada:sec?ret@db/record",
    "postgresql://ada:sec#ret@db/record",
    "postgresql://ada:12?sec@db/record",
]
"""What a password does that is written as it is; `sec` is what must not be repeated."""


@pytest.mark.parametrize(("url", "shown"), SHOWN.items())
def test_what_is_shown_is_the_url_without_its_password(url: str, shown: str) -> None:
    assert Address(url).shown == shown
    assert Address(url).url == url


@pytest.mark.parametrize("url", MISREAD)
def test_a_password_that_would_be_read_as_something_else_is_refused_unrepeated(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        Address(url)
    assert "sec" not in str(refused.value)
    assert "%40" in str(refused.value)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=4))
def test_no_password_is_shown_or_repeated(password: str) -> None:
    password = f"pw{password}"
    written = quote(password, safe="")
    for url in (f"postgresql://ada:{written}@db/record", f"postgresql://db/record?user=ada&password={written}"):
        address = Address(url)
        assert written not in address.shown
        assert password not in address.shown
        said = address.without_secrets(f"cannot read {url} with {password} and {written}")
        assert written not in said
        assert password not in said


def test_the_views_of_a_record_are_found_again_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    key = Address("postgresql://db/record").key()
    for same in (
        "postgresql://ada:pw@db/record",
        "postgres://db:5432/record?sslmode=require",
        "postgresql://db/record",
    ):
        assert Address(same).key() == key
    for other in ("postgresql://db/other", "postgresql://db2/record", "postgresql://db:5433/record"):
        assert Address(other).key() != key
    monkeypatch.setenv("PGHOST", "db")
    monkeypatch.setenv("PGDATABASE", "record")
    assert Address("postgresql://").key() == key, "the environment says where it is, as it does to libpq"


@pytest.fixture(scope="module")
def locked(server: Server) -> str:
    """A database of somebody who has a password."""
    database = server.database()
    escaped = PASSWORD.replace("'", "''")
    server.sql(f"CREATE ROLE locked_in LOGIN PASSWORD '{escaped}'")
    server.sql(f"ALTER DATABASE {database} OWNER TO locked_in")
    return database


def with_password(server: Server, database: str, tmp_path: Path) -> dict[str, tuple[str, dict[str, str]]]:
    plain = server.url(database, "locked_in")
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    passfile = tmp_path / "pgpass"
    passfile.write_text(f"*:*:{database}:locked_in:{escaped}\n")
    passfile.chmod(0o600)
    services = tmp_path / "services.conf"
    services.write_text(f"[team]\nhost={server.folder}\ndbname={database}\nuser=locked_in\npassword={PASSWORD}\n")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".pgpass").write_text(passfile.read_text())
    (home / ".pgpass").chmod(0o600)
    return {
        "in the URL": (plain.replace("locked_in@", f"locked_in:{quote(PASSWORD, safe='')}@"), {}),
        "as a parameter": (f"{plain}&password={quote(PASSWORD, safe='')}", {}),
        "PGPASSWORD": (plain, {"PGPASSWORD": PASSWORD}),
        "PGPASSFILE": (plain, {"PGPASSFILE": str(passfile)}),
        "~/.pgpass": (plain, {"HOME": str(home)}),
        "a service": ("postgresql:///?service=team", {"PGSERVICEFILE": str(services)}),
        "the environment alone": (
            "postgresql://",
            {"PGHOST": str(server.folder), "PGDATABASE": database, "PGUSER": "locked_in", "PGPASSWORD": PASSWORD},
        ),
    }


def test_a_password_comes_from_wherever_libpq_takes_it_and_goes_nowhere(
    program: Program, server: Server, locked: str, tmp_path: Path
) -> None:
    first = True
    for place, (url, env) in with_password(server, locked, tmp_path).items():
        for command in (("init",), ("status",), ("log", "--format", "json"), ("make", "x"), ("verify",)):
            done = program("--db", url, *command, **env)
            expected = 2 if command[0] == "make" else 4 if command[0] == "init" and not first else 0
            assert done.code == expected, (place, done.err)
            for form in (PASSWORD, quote(PASSWORD, safe=""), "Kirschbaum"):
                assert form not in done.out + done.err, place
        first = False


def test_a_wrong_password_is_named_as_the_cause_and_not_repeated(
    program: Program, server: Server, locked: str
) -> None:
    url = server.url(locked, "locked_in").replace("locked_in@", "locked_in:Apfelbaum@")
    refused = program("--db", url, "status")
    assert (refused.code, refused.out) == (4, "")
    assert 'password authentication failed for user "locked_in"' in refused.err
    assert "Apfelbaum" not in refused.err
    in_help = program("--help", LEDGER_DB=url)
    assert "Apfelbaum" not in in_help.out + in_help.err


BAD = {
    "no such parameter": "postgresql://ada:Apfelbaum@db/record?colour=red",
    "a bad escape": "postgresql://ada:Apfelbaum%zz@db/record",
    "a bad port": "postgresql://ada:Apfelbaum@db:port/record",
    "two at signs": "postgresql://ada:Apfel@baum@db/record",
}


@pytest.mark.parametrize("url", BAD.values(), ids=list(BAD))
def test_a_url_that_can_not_be_read_is_bad_input(program: Program, url: str) -> None:
    refused = program("--db", url, "status")
    assert (refused.code, refused.out) == (2, ""), refused.err
    assert "pfel" not in refused.err


def test_several_hosts_are_tried_in_turn(program: Program, server: Server, database: str, tmp_path: Path) -> None:
    dead, alive = quote(str(tmp_path), safe=""), quote(str(server.folder), safe="")
    url = f"postgresql://postgres@/{database}?host={dead},{alive}"
    program("--db", url, "init", "--record", "brussels").ok()
    assert len(program("--db", url, "export").ok().splitlines()) == 68


def test_a_connection_that_must_be_encrypted_is_not_made_otherwise(program: Program, server: Server) -> None:
    (port,) = server.sql("SHOW port")[0]
    refused = program("--db", f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=require", "status")
    assert refused.code == 4
    assert "cannot be reached" in refused.err


def test_another_scheme_is_no_store(program: Program) -> None:
    refused = program("--db", "mysql://u:Apfelbaum@db/x", "status")
    assert refused.code == 4
    assert "postgresql://" in refused.err
    assert "Apfelbaum" not in refused.err


def test_without_the_extra_it_is_said_what_to_install(program: Program) -> None:
    (program.folder / "psycopg.py").write_text("raise ImportError\n")
    refused = program("--db", "postgresql:///x", "status", PYTHONPATH=str(program.folder))
    assert refused.code == 4
    assert "pip install 'commitment-ledger[postgres]'" in refused.err


def test_a_file_loads_nothing_of_it(program: Program) -> None:
    program("init", "--record", "brussels").ok()
    program("status").ok()
    code = (
        "import sys; from datetime import UTC, date, datetime; from ledger import Ledger\n"
        "with Ledger.open('ledger.db', clock=lambda: datetime.now(UTC)) as l: l.status(as_of=date(2026, 1, 1))\n"
        "sys.exit('psycopg' in sys.modules or 'eventsourcing' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=program.folder, check=False).returncode == 0
