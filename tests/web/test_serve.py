"""The command itself: where it listens, what it says, how it ends."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.explorer import serving
from tests.kit.process import Program


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_cleanly(pact: Program, how: signal.Signals) -> None:
    with serving(pact) as running:
        running.page("/")
        done = running.stop(how)

    assert done.code == 0
    assert done.err == f"serving ledger.db at {running.url} (Ctrl-C stops it)\n"
    assert done.out == ""


def test_it_stops_though_a_reader_keeps_a_connection_open(pact: Program) -> None:
    with serving(pact) as running:
        host, port = running.url.removeprefix("http://").strip("/").split(":")
        connection = http.client.HTTPConnection(host, int(port))
        connection.request("GET", "/")
        connection.getresponse().read()
        done = running.stop()
        connection.close()

    assert done.code == 0
    assert "Traceback" not in done.err


def test_it_is_for_this_machine_alone_unless_told_otherwise(pact: Program) -> None:
    with serving(pact) as running:
        assert running.url.startswith("http://127.0.0.1:")
        assert len(running.said) == 1

    with serving(pact, "--host", "0.0.0.0") as running:
        running.page("/")
        warning = running.said[0]
    assert "whoever can reach 0.0.0.0 port" in warning
    assert "29 events" in warning
    assert "no password" in warning


def test_a_port_that_is_taken_is_told(pact: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = pact("serve", "--port", str(port))

    assert refused.code == 2
    assert refused.err.startswith(f"error: cannot listen at 127.0.0.1 port {port}: address already in use; ")
    assert "--port" in refused.err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--host", "no such host"), 2, "is no address of this machine"),
        (("--host", "192.0.2.1"), 2, "cannot listen at 192.0.2.1"),
        (("--port", "70000"), 2, "less than or equal to 65535"),
        (("--port", "http"), 2, "valid integer"),
    ],
)
def test_what_it_cannot_do_is_told(pact: Program, args: tuple[str, ...], code: int, said: str) -> None:
    refused = pact("serve", *args)

    assert refused.code == code
    assert said in refused.err


def test_without_a_ledger_there_is_nothing_to_serve(program: Program) -> None:
    refused = program("serve")

    assert refused.code == 4
    assert "there is no ledger at ledger.db; create one with `ledger init`" in refused.err


def test_without_its_library_it_says_what_to_install(pact: Program) -> None:
    hidden = "import sys; sys.modules['datasette'] = None; from ledger.cli import main; main()"
    for args, code in (("serve", 2), ("status", 0)):
        done = subprocess.run(
            [sys.executable, "-c", hidden, args], cwd=pact.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        if code:
            assert done.stderr == (
                "error: the explorer needs the library datasette: pip install 'commitment-ledger[web]'\n"
            )


def test_other_commands_do_not_load_it(pact: Program) -> None:
    loaded = (
        "import sys; from ledger.cli.app import app; sys.exit(bool({'datasette', 'uvicorn'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", loaded], cwd=pact.folder, check=False).returncode == 0


def test_open_shows_it_in_the_browser_that_is_configured(pact: Program, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    os.mkfifo(seen)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{seen}"\n')
    browser.chmod(0o755)

    with serving(pact, "--open", BROWSER=f"{browser} %s") as running:
        assert seen.read_text() == running.url
