"""On a terminal and in a pipe: colours for eyes alone, lines that fit, and data apart from words."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.kit.facts import made
from tests.kit.process import Program
from tests.kit.terminal import ESCAPE, cells, on_terminal, unstyled

PAGES = {
    "status": ("status", "--as-of", "2026-01-31"),
    "status, as a matrix": ("status", "--matrix", "--as-of", "2026-01-31"),
    "log": ("log",),
    "show a commitment": ("show", "trees"),
    "show a statement": ("show", "pact"),
    "replay": ("replay",),
    "diff by day": ("diff", "2025-02-01", "2025-12-31"),
    "diff by knowledge": ("diff", "--known", "20", "29"),
    "statements": ("statements",),
}
RED = "\x1b[31m"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_terminal_of_eighty_cells_and_is_coloured(pact: Program, page: str) -> None:
    shown = on_terminal(pact, *PAGES[page])

    assert shown.code == 0, shown.err
    assert ESCAPE in shown.out
    assert {line: cells(line) for line in shown.out.splitlines() if cells(line) > 80} == {}


def test_statuses_have_colours_of_their_own(pact: Program) -> None:
    coloured = {
        line
        for line in on_terminal(pact, "status", "--as-of", "2026-01-31").out.splitlines()
        if "fulfilled" in line or "overdue" in line or "lapsed" in line
    }

    fulfilled = next(line for line in coloured if "fulfilled" in line)
    lapsed = next(line for line in coloured if "lapsed" in line)
    assert "\x1b[32mfulfilled" in fulfilled
    assert "\x1b[31mlapsed" in lapsed
    assert any("overdue" in line and "\x1b[1;31m" in line for line in coloured)


def test_no_color_is_respected_on_a_terminal(pact: Program) -> None:
    for page in ("status", "show a commitment"):
        plain = on_terminal(pact, *PAGES[page], NO_COLOR="1")
        assert plain.code == 0
        assert ESCAPE not in plain.out
        assert plain.out == pact(*PAGES[page]).out, "a pipe shows what a terminal without colour does"
        assert unstyled(on_terminal(pact, *PAGES[page]).out).split() == plain.out.split(), "colour changes no word"


def test_a_refusal_is_red_on_a_terminal_and_plain_elsewhere(pact: Program) -> None:
    red = on_terminal(pact, "show", "treees")
    plain = on_terminal(pact, "show", "treees", NO_COLOR="1")

    assert red.code == plain.code == 3
    assert red.err.startswith(RED)
    assert ESCAPE not in plain.err
    assert unstyled(red.err) == plain.err == pact("show", "treees").err
    assert plain.err == "error: treees is no commitment or statement on record; did you mean trees?\n"
    assert red.out == plain.out == ""


def test_each_stream_is_judged_by_itself(pact: Program) -> None:
    """Output that goes to a file has no colours, whatever stderr is; and the other way round."""
    to_file = on_terminal(pact, "status", out=False)
    words_to_file = on_terminal(pact, "show", "treees", err=False)

    assert ESCAPE not in to_file.out
    assert ESCAPE not in words_to_file.err


def test_progress_goes_to_the_terminal_s_stderr_and_leaves_stdout_alone(scratch: Program) -> None:
    first = on_terminal(scratch, "status", "--format", "json", out=False)
    assert first.code == 0
    assert "Reading the log" in first.err
    assert first.out == scratch("status", "--format", "json").out, "the second reading needs no update"

    rebuilt = on_terminal(scratch, "rebuild")
    assert rebuilt.code == 0
    assert "Replaying the log" in rebuilt.err
    assert unstyled(rebuilt.err).rstrip().endswith("rebuilt the views from 29 events")
    assert rebuilt.out == ""

    (scratch.folder / "more.jsonl").write_text(_line_of("oaks"))
    imported = on_terminal(scratch, "import", "more.jsonl")
    assert imported.code == 0, imported.err
    assert "Importing more.jsonl" in imported.err
    assert imported.out == ""


def _line_of(commitment: str) -> str:
    return made(commitment).model_dump_json(exclude_none=True) + "\n"


def test_progress_is_not_written_into_a_pipe(scratch: Program) -> None:
    assert scratch("status").err == ""
    assert scratch("rebuild").err == "rebuilt the views from 29 events\n"
    assert scratch("import", "-", stdin=_line_of("oaks")).err == "1 recorded, 0 already recorded, 0 skipped\n"


def test_a_narrow_terminal_is_followed_and_a_wide_one_used(pact: Program) -> None:
    narrow = pact("log", COLUMNS="60").ok()
    wide = pact("log", COLUMNS="160").ok()

    assert max(map(cells, narrow.splitlines())) <= 60
    assert max(map(cells, wide.splitlines())) > 80
    assert len(wide.splitlines()) < len(narrow.splitlines())


def test_help_fits_and_asks_nothing(pact: Program) -> None:
    page = on_terminal(pact, "--help")

    assert page.code == 0
    assert max(map(cells, page.out.splitlines())) <= 80
    assert "Commands:" in unstyled(page.out)


@pytest.mark.parametrize("stream", [">/dev/full", ">&-"])
def test_a_stdout_that_takes_nothing_is_told_in_a_sentence(pact: Program, stream: str) -> None:
    for command in ("status", "export"):
        done = subprocess.run(
            ["sh", "-c", f'exec "$0" -m ledger {command} {stream}', sys.executable],
            cwd=pact.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 4, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1


def test_a_reader_who_has_gone_is_no_error_to_tell(pact: Program) -> None:
    gone, stdout = os.pipe()
    os.close(gone)
    done = subprocess.run(
        [sys.executable, "-m", "ledger", "log"],
        cwd=pact.folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(stdout)

    assert done.stderr == b""
    assert done.returncode == 1
