"""Records that are made once and copied, and the command line without a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import Ledger
from ledger.cli.app import app
from ledger.record import lines_of
from tests.kit.pact import create_pact
from tests.kit.process import Outcome
from tests.trust.scene import Scene, clock


@dataclass(frozen=True)
class Console:
    """The command line in a folder, called in this process: where a process of its own adds nothing."""

    folder: Path

    def __call__(self, *args: str, stdin: bytes = b"") -> Outcome:
        result = CliRunner().invoke(app, args, input=stdin, env={"LEDGER_BY": "tester", "LEDGER_DB": None})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    """The command line, in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Console(folder)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The record with current views: to be read and copied, never changed."""
    folder = tmp_path_factory.mktemp("untouched")
    create_pact(folder / "ledger.db")
    with Ledger.open(folder / "ledger.db", clock=clock) as ledger:
        ledger.rebuild()
        return Scene(folder, ledger.checkpoint())


@pytest.fixture
def scene(untouched: Scene, console: Console) -> Scene:
    """A copy in the folder where the command line is: to be tampered with."""
    return untouched.copy(console.folder)


@pytest.fixture
def copies(untouched: Scene, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Scene]:
    """Fresh copies in fresh folders, for tests that need many."""
    return lambda: untouched.copy(tmp_path_factory.mktemp("copy", numbered=True))


@pytest.fixture(scope="session")
def brussels_lines() -> list[bytes]:
    """The shipped record: 68 lines, without newlines."""
    return [line.removesuffix(b"\n") for line in lines_of("brussels")]
