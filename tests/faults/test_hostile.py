"""Whatever a file, a line or an address holds: one clear error, in bounded memory; no crash, and nothing recorded.

What is a program's own to bear is measured: it runs in a process that may have one gigabyte and no more.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.drafting.cleaning import statement_text
from ledger.errors import BadInput, LedgerError, LineFault
from ledger.events.lines import content_of
from ledger.intake import Candidate, read
from ledger.store.opening import is_server
from ledger.trust import checkpoint, proof
from tests.conftest import Ticking
from tests.faults.damaged import run
from tests.kit.explorer import Explorer, serving
from tests.kit.facts import made
from tests.kit.ledgers import pact
from tests.kit.process import Outcome, Program

__all__ = ["pact"]

GOOD: Final = json.dumps(content_of(made()), ensure_ascii=False).encode()
MEMORY: Final = 1 << 30
MEGABYTE: Final = 1_000_000

# What Hypothesis thinks of

_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**301)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=30)
    | st.sampled_from(["../../etc/passwd", "a/b", "C:\\x", "\x00", "made", "2025-02-30", "JPN", "-o", "\ud800"])
)
_values = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
_names = st.sampled_from([*content_of(made()), "id", "recorded_at", "recorded_by", "changes", "event", "score"])
_objects = st.dictionaries(_names, _values, max_size=6).map(lambda some: content_of(made()) | some)


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


_pieces = st.sampled_from(
    [
        GOOD,
        b"\n",
        b"\r\n",
        b"\x00",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b'{"a":1,"a":2}',
        b"[" * 5000,
        b'{"a":' * 5000,
        b'"\\ud800"',
        b"kind,commitment\n",
        b"kind;keep\n",
        b'"',
        b",",
        b";",
        b"\t",
        b"=1+1",
        b"2025-04-03",
        b"made",
        b"yes",
        b"9" * 5000,
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x1f\x8b\x08",
        b"\x85",
    ]
)
_files = st.lists(_pieces | st.binary(max_size=20) | _objects.map(written), max_size=8).map(b"".join)


@given(_files)
def test_any_file_is_facts_and_faults_each_in_one_sentence(content: bytes) -> None:
    for one in _read(content):
        assert isinstance(one, Candidate | LineFault)
        if isinstance(one, LineFault):
            assert isinstance(one.error, LedgerError)
            assert len(str(one.error)) < 20_000


@given(_objects)
def test_a_line_with_anything_in_any_field_is_a_fact_that_survives_writing_or_a_fault(
    value: dict[str, Any],
) -> None:
    for one in _read(written(value)):
        if isinstance(one, Candidate):
            (again,) = _read(json.dumps(content_of(one.fact)).encode())
            assert isinstance(again, Candidate)
            assert again.fact == one.fact


def _read(content: bytes) -> list[Candidate | LineFault]:
    try:
        return list(read(io.BytesIO(content)))
    except BadInput as error:
        return [LineFault(0, error)]


@settings(max_examples=20)
@given(content=_files, name=st.sampled_from(["", "a.txt", "a.md", "a.html", "a.pdf", "a.gz"]))
@example(content=b"<p>" * 10_000, name="a.html")
@example(content=b"> " * 10_000 + b"x", name="a.md")
@example(content=b"*" * 20_000 + b"x", name="a.md")
@example(content=b"%PDF-1.7\n" + b"[" * 50_000, name="a.pdf")
def test_any_file_is_a_statement_s_text_or_bad_input(content: bytes, name: str) -> None:
    try:
        assert statement_text(content, name)
    except BadInput as error:
        assert "\n" not in str(error)


_ours: Final = "commitment-ledger/0123456789ab\n3\n" + "A" * 43 + "=\n"
_notes = st.lists(
    st.sampled_from([*_ours.split("\n"), "\n", "\n\n", "— ", "name ", "AAAAAAAAAAA=", "9" * 5_000, "-1", "\x00"])
    | st.text(st.characters(codec=None), max_size=10),
    max_size=12,
).map("".join)


@given(_notes | st.text(st.characters(codec=None)))
def test_any_text_is_a_checkpoint_or_bad_input(text: str) -> None:
    with suppress(BadInput):
        assert checkpoint.parse(text).checkpoint.body()


_proofs = st.fixed_dictionaries(
    {
        "line": _leaves,
        "index": _leaves | st.integers(-1, 4),
        "size": _leaves | st.just(3),
        "hashes": _values | st.lists(st.just("A" * 43 + "="), max_size=3),
        "checkpoint": _leaves | st.just(_ours),
    }
)


@given(_proofs.map(json.dumps) | _values.map(json.dumps) | _files.map(lambda raw: raw.decode(errors="replace")))
@example(json.dumps({"line": "", "index": 0, "size": 10**18, "hashes": [], "checkpoint": _ours}))
def test_any_text_is_a_proof_that_proves_nothing_or_bad_input(text: str) -> None:
    with suppress(BadInput):
        assert not proof.read(text).holds()


@given(st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(["file:///x", "a://b", "postgres:/x"]))
def test_any_name_is_no_ledger_or_bad_input_and_makes_no_file(text: str) -> None:
    if is_server(text):
        return
    try:
        Ledger.open(text, clock=Ticking()).close()
    except (LedgerError, OSError, ValueError) as error:
        assert not isinstance(error, ValueError) or "null" in str(error), "only what no command line can hold"


# What is too much for any machine


def endless(what: bytes, megabytes: int) -> Iterator[bytes]:
    block = what * (MEGABYTE // len(what))
    return (block for _ in range(megabytes))


BOMBS: Final[dict[str, Callable[[int], Iterable[bytes]]]] = {
    "a line without end": lambda size: endless(b"a", size),
    "a text without end": lambda size: [GOOD[:-1], b',"note":"', *endless(b"n", size)],
    "brackets without end": lambda size: endless(b"[", size),
    "zeros": lambda size: endless(b"\0", size),
    "names without end": lambda size: chain([b"{"], (b'"a%d":1,' % n for n in range(min(size, 100) * 90_000))),
    "a name for each number": lambda size: [b"{", *(b'"a%d":1,' % n for n in range(600_000)), b'"a":1}\n'],
    "a name for each number, one twice": lambda size: [
        b"{",
        *(b'"a%d":1,' % n for n in range(600_000)),
        b'"a599999":1}\n',
    ],
    "countries without end": lambda size: [
        GOOD[:-1].replace(b'"JPN"', b",".join([b'"XXX"'] * 1_000_000)),
        b"}\n",
    ],
    "faults without end": lambda size: endless(b"x\n", size),
    "columns without end": lambda size: [b"kind,", *endless(b"column,", size)],
    "a column for each number": lambda size: [b"kind", *(b",c%d" % n for n in range(700_000)), b"\n"],
    "cells without end": lambda size: [b"kind,commitment\n", *endless(b",", size)],
    "a cell without end": lambda size: [b'kind,commitment\n"', *endless(b"a", size)],
    "a row of cells without end": lambda size: [b'kind,commitment\n"', *endless(b'a\n","', size)],
    "rows of a draft without end": lambda size: [b"keep,kind\n", *endless(b",\n", size)],
    "a cell of lines without end": lambda size: [b'kind,commitment\n"', *endless(b"a\n", size)],
}


def bounded(program: Program, *args: str) -> Outcome:
    """The program, where a gigabyte is all that there is."""
    begin = (
        f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); "
        "from ledger.cli import main; main()"
    )
    clean = {name: kept for name, kept in os.environ.items() if not name.startswith(("LEDGER_", "XDG_"))}
    ran = subprocess.run(
        [sys.executable, "-c", begin, *args],
        capture_output=True,
        text=True,
        cwd=program.folder,
        env=clean | {"LEDGER_BY": "tester", "XDG_CACHE_HOME": str(program.folder / "cache")},
        check=False,
        timeout=600,
    )
    assert "Traceback" not in ran.stderr, ran.stderr[-2_000:]
    return Outcome(ran.returncode, ran.stdout, ran.stderr)


def packed(path: Path, parts: Iterable[bytes]) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for part in parts:
            file.write(part)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_bounded_memory(program: Program, bomb: str, torture: bool) -> None:
    Ledger.create(program.folder / "ledger.db", clock=Ticking()).close()
    packed(program.folder / "bomb.gz", BOMBS[bomb](2_000 if torture else 12))

    outcome = bounded(program, "import", "bomb.gz")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[-1].startswith("error: ")
    assert len(outcome.err) < 4 * MEGABYTE
    with Ledger.open(program.folder / "ledger.db", clock=Ticking()) as ledger:
        assert ledger.size() == 0


OTHERS: Final = {
    "restore": ("--db", "other.db", "restore", "bomb.gz"),
    "checkpoint": ("verify", "--checkpoint", "bomb.gz"),
    "proof": ("prove", "--check", "bomb.gz"),
    "draft": ("draft", "bomb.gz", "--id", "a", "--title", "A", "--on", "2025-01-01", "--parties", "JPN"),
    "compare": ("draft", "--compare", "bomb.gz", "bomb.gz"),
    "register": ("register", "bomb.gz", "--id", "a", "--title", "A", "--on", "2025-01-01", "--parties", "JPN"),
    "public key": ("verify", "--checkpoint", "note.txt", "--public-key", "key.pub"),
}


@pytest.mark.parametrize("command", OTHERS)
def test_whoever_reads_a_file_reads_no_bomb(program: Program, command: str, torture: bool) -> None:
    Ledger.create(program.folder / "ledger.db", clock=Ticking()).close()
    packed(program.folder / "bomb.gz", endless(b"a", 2_000 if torture else 30))
    (program.folder / "note.txt").write_text(_ours)
    with (program.folder / "key.pub").open("wb") as file:
        file.truncate(4 << 30)  # a file with a hole, which takes no room

    outcome = bounded(program, *OTHERS[command])

    assert outcome.code in ((1, 2) if command == "restore" else (2,)), outcome
    assert outcome.err.splitlines()[-1].startswith("error: ")
    assert not (program.folder / "other.db").exists()


def test_standard_input_without_end_is_not_held_in_memory(program: Program, torture: bool) -> None:
    Ledger.create(program.folder / "ledger.db", clock=Ticking()).close()
    size = 3_000 if torture else 200
    # What wait4 tells of a process counts what its parent held when it was begun.
    begin = (
        f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); "
        "import atexit, pathlib, sys; "
        "atexit.register(lambda: sys.stderr.write(pathlib.Path('/proc/self/status').read_text())); "
        "from ledger.cli import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", begin, "--db", str(program.folder / "ledger.db"), "import", "-", "--by", "x"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        for part in endless(b"a", size):
            process.stdin.write(part)
        process.stdin.close()
        said = process.stderr.read().decode()
    assert said.startswith("error: a line has at most"), said
    assert int(re.search(r"VmHWM:\s*(\d+) kB", said).group(1)) < 160_000


# Where things are written


@pytest.mark.parametrize("command", [("export",), ("checkpoint",), ("report",), ("report", "--format", "csv")])
def test_no_output_is_written_over_a_database(program: Program, pact: Program, command: tuple[str, ...]) -> None:
    path = program.folder / "ledger.db"
    lines = pact("export").ok().encode().splitlines()
    other = program.folder / "other.db"
    for one in (path, other):
        Ledger.create(one, clock=Ticking(), lines=lines).close()
    link, name = program.folder / "link", program.folder / "same"
    link.symlink_to(path)
    os.link(path, name)
    with Ledger.open(path, clock=Ticking()) as ledger:
        ledger.record(made("later"), by="x")
        before = list(ledger.export())
        targets = [path, other, link, name, Path(f"{path}-wal"), Path(f"{path}.views.db")]
        ledger.rebuild()
        for target in targets:
            refused = run(path, *command, "-o", str(target))
            assert (refused.code, refused.out) == (4, ""), target
            assert "is a database, and is never written over" in refused.err
    with Ledger.open(path, clock=Ticking()) as ledger:
        assert list(ledger.export()) == before
        assert ledger.audit().findings == ()


NUMBERS: Final = ("9" * 20, "9" * 5_000, "-1", "0x10", "1e9", "NaN", "\u0663", "")
COUNTED: Final = (
    ("export", "--since"),
    ("log", "--last"),
    ("replay", "--from"),
    ("replay", "--to"),
    ("status", "--known-at"),
    ("status", "--as-of"),
    ("log", "--since"),
)


@pytest.mark.parametrize("option", COUNTED, ids=" ".join)
def test_any_number_is_one_or_told_to_be_none(pact: Program, option: tuple[str, str]) -> None:
    for number in NUMBERS:
        outcome = run(pact.folder / "ledger.db", *option, number)
        assert outcome.code in (0, 2), (number, outcome)
        assert outcome.code == 0 or outcome.err


@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
@example("../../etc/passwd")
@example("a" * 5_000)
@settings(max_examples=12)
def test_any_name_is_asked_for_and_not_found(pact: Program, name: str) -> None:
    for command in (
        ("show",),
        ("log", "--words"),
        ("log", "--commitment"),
        ("status", "--commitment"),
        ("retract",),
    ):
        args = [*command, "--", name] if command[-1] == command[0] else [command[0], f"{command[1]}={name}"]
        outcome = run(pact.folder / "ledger.db", *args, *(("--reason", "x") if command == ("retract",) else ()))
        assert outcome.code in (0, 2, 3), (args, outcome)


# Addresses of pages


@pytest.fixture(scope="module")
def explorer(pact: Program) -> Iterator[Explorer]:
    with serving(pact) as running:
        yield running


_places = st.sampled_from(
    [
        "",
        "commitment",
        "country",
        "statement",
        "record",
        "record.json",
        "-",
        "assets",
        "live",
        "trees",
        "JPN",
        "..",
        ".",
        "record/events",
        "record/events.csv",
        "record/standings/1",
        "%00",
        "%ff",
        "%2e%2e",
        "%c0%ae",
        "~",
        "events~2Ejson",
    ]
)
_asked = st.dictionaries(
    st.sampled_from(
        ["as_of", "sql", "_search", "_size", "_sort", "_facet", "_next", "_where", "_shape", "commitment"]
    ),
    st.sampled_from(
        ["", "0", "-1", "9" * 30, "2025-02-30", "0000-00-00", "9999-12-31", "select 1", "'", "\x00", "*" * 99]
    )
    | st.text(st.characters(codec="utf-8"), max_size=12),
    max_size=3,
)


@example(parts=["record", "standings", "1"], asked={})
@example(parts=["record", "events"], asked={"_sort": "0"})
@given(
    parts=st.lists(_places | st.text(st.characters(codec="utf-8"), max_size=8).map(quote), max_size=4),
    asked=_asked,
)
def test_any_address_is_answered_and_none_is_a_crash(
    explorer: Explorer, pact: Program, parts: list[str], asked: dict[str, str]
) -> None:
    answer = explorer.get("/" + "/".join(parts), **asked)

    assert answer.status < 500 or answer.status == 503, (parts, asked, answer.text[:500])
    assert "Traceback" not in answer.text
    assert str(pact.folder) not in answer.text
    assert answer.headers["content-security-policy"]
