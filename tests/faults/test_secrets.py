"""No secret reaches a message, a report, a page or the name of a file; and what is installed is what was meant."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.docs.examples import ROOT
from tests.faults.damaged import LATER, run
from tests.kit.ledgers import pact
from tests.kit.process import Program

__all__ = ["pact"]

PASSWORD: Final = "Kirschbaum-7%2F"
NOWHERE: Final = f"postgresql://ada:{PASSWORD}@127.0.0.1:1/record?connect_timeout=2"
COMMANDS: Final = {
    "init": ("init",),
    "status": ("status",),
    "append": LATER,
    "verify": ("verify",),
    "export": ("export", "-o", "backup.jsonl"),
    "report": ("report", "-o", "report.md"),
    "checkpoint": ("checkpoint",),
    "rebuild": ("rebuild",),
    "follow": ("log", "--follow"),
    "offline": ("--offline", "status"),
    "bad usage": ("status", "--no-such-option"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_password_is_in_no_message_and_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    outcome = run(Path("unused"), "--db", NOWHERE, *COMMANDS[command])
    assert outcome.code in (2, 4)
    assert "Kirschbaum" not in outcome.out + outcome.err
    assert not [path for path in tmp_path.rglob("*") if "Kirschbaum" in path.name]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"Kirschbaum" in path.read_bytes()]


def test_a_private_key_stays_in_its_file(program: Program, pact: Program) -> None:
    program("restore", "-", stdin=pact("export").ok()).ok()
    kept = program("checkpoint", "keygen", "ministry.key")
    key = program.folder / "ministry.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    secret = key.read_text().strip().split("+", 4)[-1]
    said = [kept]
    said.append(program("checkpoint", "--key", "ministry.key", "-o", "signed.txt"))
    said.append(program("verify", "--checkpoint", "signed.txt", "--public-key", "ministry.key.pub"))
    said.append(program("verify", "--checkpoint", "signed.txt", "--public-key", "ministry.key"))
    said.append(program("report"))
    said.append(program("checkpoint", "keygen", "ministry.key"))
    (program.folder / "broken.key").write_text(key.read_text()[:-9] + "AAAAAAAA\n")
    said.append(program("checkpoint", "--key", "broken.key"))
    (program.folder / "short.key").write_text(key.read_text()[:-9])
    said.append(program("checkpoint", "--key", "short.key"))
    assert [one.code for one in said] == [0, 0, 0, 2, 0, 2, 2, 2]
    words = "".join(one.out + one.err for one in said) + (program.folder / "signed.txt").read_text()
    words += (program.folder / "ministry.key.pub").read_text()
    for part in (secret, secret[:20], "PRIVATE+KEY"):
        assert part not in words


_SECRET_IN_URL: Final = re.compile(r"://[^\s/:@\"'`{}]+:[^\s/@\"'`{}]+@")


def test_nowhere_is_it_advised_to_give_a_password_as_an_argument() -> None:
    pages = [
        ROOT / "README.md",
        ROOT / "SECURITY.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "src").rglob("*.py"),
    ]
    assert len(pages) > 100
    found = {path.name: _SECRET_IN_URL.findall(path.read_text(encoding="utf-8")) for path in pages}
    assert {name: urls for name, urls in found.items() if urls} == {}


# What is installed


def locked() -> dict[str, str]:
    """Each requirement of the lock file, by name, with all that is said of it."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[^\s#])", text.strip())
    return {re.split(r"[\s=<>;@\[]", block, maxsplit=1)[0].lower(): block for block in blocks}


def test_every_requirement_is_pinned_and_has_hashes() -> None:
    found = locked()
    assert len(found) > 50
    for name, block in found.items():
        assert re.match(
            rf"{re.escape(name)}==\d[\w.!+]*( ;[^\\]*)? \\\n    --hash=sha256:[0-9a-f]{{64}}", block
        ), name
        assert "://" not in block.replace("# via", ""), name


def test_every_dependency_is_in_the_lock() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    wanted = [
        *project["dependencies"],
        *settings["dependency-groups"]["dev"],
        *settings["build-system"]["requires"],
    ]
    wanted += [one for extra in project["optional-dependencies"].values() for one in extra]
    names = {re.split(r"[\s=<>!~;\[]", one, maxsplit=1)[0].lower() for one in wanted}
    assert names - locked().keys() == set()


def test_they_are_installed_by_their_hashes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps" in installs[1]
    assert "--no-build-isolation" in installs[1], "nothing is fetched for the build either"
