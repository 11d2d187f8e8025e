"""Help that helps: every command is listed, shows an example, and the example does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ledger.cli.app import COMMANDS as MODULES
from ledger.cli.app import app
from tests.cli.conftest import lines
from tests.kit.process import Outcome, Program

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
NEVER_ENDS = {"serve"}
LACKING = {"retract", "prove", "checkpoint", "verify"}
"""Their examples name an event, a key or a proof that only their reader has: they parse, and then it is missed."""

BIN = Path(sys.executable).parent


def shell(program: Program, command: str, **env: str) -> Outcome:
    """What a person types, given to a shell that finds the installed program."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LEDGER_", "XDG_", "_LEDGER"))}
    own = {"LEDGER_BY": "tester", "COLUMNS": "80", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=program.folder,
        env=clean | own | env,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def examples_in(page: str) -> list[str]:
    """The command lines that a help page ends with, as they are copied: what is folded ends in a backslash."""
    _, found, shown = page.partition("Example")
    lines = shown.partition(":\n")[2].replace("\\\n", "\\\0").splitlines()
    return [line.strip().replace("\0", "\n") for line in lines if line.strip()] if found else []


@pytest.fixture
def desk(brussels: Program) -> Program:
    """The shipped record, beside the files that the examples name."""
    folder = brussels.folder
    (folder / "lima.txt").write_text(
        "Joint statement\n\nThe leaders of Japan, the ROK and the United States will meet again.\n"
    )
    (folder / "lima-again.csv").write_text("paragraph,sentence,verdict\n2,1,pledge\n")
    (folder / "backup.jsonl").write_bytes(b"".join(line + b"\n" for line in lines(brussels)))
    (folder / "events.csv").write_text(
        "kind,commitment,occurred_on,source_title,source_url\n"
        "reaffirmed,apec-2025,2025-07-11,A paper,https://example.org/a\n"
    )
    return brussels


def test_the_first_page_names_every_command_and_where_to_begin(program: Program) -> None:
    page = program("--help").ok()

    listed = re.findall(r"^  ([a-z]+) +[A-Z].*\.$", page.split("Commands:")[1], flags=re.MULTILINE)
    assert sorted(listed) == COMMANDS, "each with a sentence that is whole"
    assert program("-h").ok() == page
    assert "Begin with: ledger init --record brussels && ledger status" in page
    assert max(map(len, page.splitlines())) <= 80


def test_where_to_begin_works(program: Program) -> None:
    begun = shell(program, "ledger init --record brussels && ledger status")

    assert begun.code == 0
    assert "apec-2025" in begun.out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_shows_an_example_that_works(desk: Program, command: str) -> None:
    page = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "80"}, prog_name="ledger").output
    assert max(map(len, page.splitlines())) <= 80
    examples = examples_in(page)
    assert examples, f"ledger {command} --help shows no Example"
    if command == "init":
        (desk.folder / "ledger.db").unlink()

    for example in examples:
        assert re.match(rf"ledger (--db \S+ )?{command}\b", example)
        if command in NEVER_ENDS:
            continue
        done = shell(desk, example)
        assert "Usage:" not in done.err, f"{example} does not parse: {done.err}"
        assert "Traceback" not in done.err
        if command in LACKING:
            assert done.err.startswith("error: ")
        else:
            assert done.code == 0, done.err


def test_without_a_command_the_page_is_shown_and_nothing_done(program: Program) -> None:
    bare = program()

    assert bare.code == 2
    assert "Commands:" in bare.err + bare.out
    assert not (program.folder / "ledger.db").exists()


def test_the_two_entry_points_and_the_module_are_one_program(program: Program) -> None:
    version = program("--version").ok()

    assert re.fullmatch(r"commitment-ledger \d+\.\d+\.\d+\S*\n", version)
    for name in ("ledger", "commitment-ledger"):
        assert shell(program, f"{name} --version").ok() == version
    assert (
        shell(program, "commitment-ledger --help").ok().split("Commands:")[1]
        == (program("--help").ok().split("Commands:")[1])
    )


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_that_completes(program: Program, kind: str) -> None:
    script = shell(program, "ledger", _LEDGER_COMPLETE=f"source_{kind}").ok()

    assert "_LEDGER_COMPLETE" in script
    assert "ledger" in script
    assert f"complete_{kind}" in script


def test_completion_proposes_commands_and_options(program: Program) -> None:
    def proposed(*words: str) -> list[str]:
        return shell(
            program,
            "ledger",
            _LEDGER_COMPLETE="complete_bash",
            COMP_WORDS=" ".join(words),
            COMP_CWORD=str(len(words) - 1),
        ).out.split()

    assert sorted(proposed("ledger", "sta")) == ["statements", "status"]
    assert "--as-of" in proposed("ledger", "status", "--a")


def test_the_shell_completes_one_and_the_same_program(scratch: Program) -> None:
    """Run as `python -m ledger`, it had printed a script that no shell could read."""
    outcome = scratch("--show-completion", "bash")
    assert "_LEDGER_COMPLETE=complete_bash" in outcome.ok()
    assert "-F _ledger_completion ledger" in outcome.out


def test_the_table_of_commands_is_of_all_that_their_modules_have() -> None:
    """A command that is missing there could not be called."""
    for module in set(MODULES.values()):
        family = typer.Typer()
        import_module(f"ledger.cli.{module}").add_to(family)
        names = {info.name or info.callback.__name__ for info in family.registered_commands if info.callback}
        names |= {str(info.name) for info in family.registered_groups}
        assert names == {name for name, own in MODULES.items() if own == module}
