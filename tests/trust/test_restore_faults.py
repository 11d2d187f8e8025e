"""Files that are not the lines of a record, or not readable: refused with every fault, and nothing is created."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.errors import NotIntact
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, clock, enveloped, forged
from tests.trust.test_restore import Lines, file_of, listing, packed


def edited(position: int, change: Callable[[bytes], bytes]) -> Callable[[Lines], bytes]:
    """The file with one line changed."""
    return lambda lines: file_of([*lines[: position - 1], change(lines[position - 1]), *lines[position:]])


def exchanged(lines: Lines, first: int, second: int) -> bytes:
    lines = list(lines)
    lines[first - 1], lines[second - 1] = lines[second - 1], lines[first - 1]
    return file_of(lines)


def put_in(position: int, line: bytes) -> Callable[[Lines], bytes]:
    """The file with a line more, which comes to stand at a position."""
    return lambda lines: file_of([*lines[: position - 1], line, *lines[position - 1 :]])


FAULTY: dict[str, tuple[Callable[[Lines], bytes], dict[int, str]]] = {
    # form
    "a blank line": (put_in(12, b""), {12: "this is not JSON"}),
    "a blank line at the end": (put_in(SIZE + 1, b""), {SIZE + 1: "this is not JSON"}),
    "words at the end": (put_in(SIZE + 1, b"-- end of backup"), {SIZE + 1: "this is not JSON"}),
    "half a line at the end": (lambda lines: file_of(lines)[:-20], {SIZE: "this is not JSON"}),
    "Windows line ends": (
        lambda lines: file_of([line + b"\r" for line in lines]),
        dict.fromkeys(range(1, SIZE + 1), "white space"),
    ),
    "one Windows line end": (edited(12, lambda line: line + b"\r"), {12: "white space"}),
    "an indented line": (edited(12, lambda line: b"  " + line), {12: "white space"}),
    "a byte order mark": (
        lambda lines: b"\xef\xbb\xbf" + file_of([*lines[:1], *lines[26:27]]),
        {1: "this is not JSON"},
    ),
    "another encoding": (
        edited(10, lambda line: line.decode().replace("新聞", "écho").encode("latin-1", "ignore")),
        {10: "not UTF-8"},
    ),
    "UTF-16": (edited(10, lambda line: line.decode().encode("utf-16-le").replace(b"\n", b"")), {10: ""}),
    "two lines in one": (edited(12, lambda line: line + line), {12: "this is not JSON"}),
    "a list": (edited(12, lambda line: b"[" + line + b"]"), {12: "a line is one JSON object"}),
    "a number": (edited(12, lambda line: b"12"), {12: "a line is one JSON object"}),
    "depth": (edited(12, lambda line: b"[" * 100_000), {12: ""}),
    "a value that is not JSON": (edited(11, lambda line: line.replace(b'"score":0', b'"score":NaN')), {11: "NaN"}),
    # fields
    "a wrong id": (edited(12, lambda line: enveloped(line, id="0" * 32)), {12: "is not the digest of"}),
    "a changed word": (edited(12, lambda line: line.replace(b"Busan", b"Pusan")), {12: "is not the digest"}),
    "no id": (edited(12, lambda line: line.replace(b'"id":', b'"Id":')), {12: "is required"}),
    "an id that is no text": (edited(12, lambda line: re.sub(rb'"id":"\w+"', b'"id":7', line)), {12: "id"}),
    "no recorder": (edited(12, lambda line: enveloped(line, recorded_by="")), {12: "recorded_by"}),
    "a time without its zone": (edited(12, lambda line: line.replace(b'000Z"', b'000"')), {12: "recorded_at"}),
    "a time of another form": (edited(12, lambda line: line.replace(b".000000Z", b"Z")), {12: "recorded_at"}),
    "parties out of order": (
        edited(12, lambda line: forged(line, parties=["USA", "KOR", "JPN"])),
        {12: "names each once, sorted"},
    ),
    "a party twice": (edited(12, lambda line: forged(line, parties=["JPN", "JPN"])), {12: "each once"}),
    "no parties": (edited(12, lambda line: forged(line, parties=[])), {12: "parties"}),
    "a field of no line": (edited(12, lambda line: forged(line, colour="green")), {12: "colour"}),
    "a field that holds null": (edited(12, lambda line: forged(line, occurrence=None)), {12: "occurrence"}),
    "a field given twice": (
        edited(12, lambda line: line.replace(b'"note":', b'"note":"","note":')),
        {12: "note: is given twice"},
    ),
    "a kind of none": (edited(12, lambda line: forged(line, kind="celebrated")), {12: "kind"}),
    # rules
    "a time set back": (
        edited(12, lambda line: enveloped(line, recorded_at="2026-01-01T00:00:00.000000Z")),
        {12: "recorded_at runs backwards"},
    ),
    "two lines exchanged": (lambda lines: exchanged(lines, 11, 12), {12: "recorded_at runs backwards"}),
    "what is spoken of before it was said": (
        lambda lines: exchanged(lines, 8, 25),
        {8: "nursery"} | dict.fromkeys(range(9, 26), "recorded_at runs backwards"),
    ),
    "a line twice": (lambda lines: put_in(15, lines[13])(lines), {15: "the same fact is recorded twice"}),
    "a step that the lifecycle has not": (
        lambda lines: file_of([*lines, enveloped(forged(lines[11], note="Again."), recorded_at=time(lines[28]))]),
        {SIZE + 1: "spring-meeting cannot be fulfilled"},
    ),
    "a day to come": (edited(12, lambda line: forged(line, occurred_on="2026-02-01")), {12: "is yet to come"}),
    "the first line of a commitment gone": (
        lambda lines: file_of([*lines[:6], *lines[7:]]),
        {20: "seed-bank", 21: "seed-bank"},
    ),
    "the statement gone": (lambda lines: file_of(lines[1:5]), {2: "pact", 3: "pact"}),
    "several faults": (
        lambda lines: put_in(20, b"")(
            [*lines[:9], enveloped(lines[9], id="1" * 32), lines[10], lines[11].replace(b"Bu", b"Pu"), *lines[12:]]
        ),
        {10: "is not the digest", 12: "is not the digest", 20: "this is not JSON"},
    ),
}  # fmt: skip


def time(line: bytes) -> str:
    return str(json.loads(line)["recorded_at"])


@pytest.mark.parametrize(
    ("what", "packing"),
    [*((what, "plain") for what in FAULTY), ("several faults", "packed"), ("UTF-16", "packed")],
)
def test_a_faulty_file_is_refused_with_every_fault_and_leaves_nothing(
    console: Console, untouched: Scene, what: str, packing: str
) -> None:
    make, expected = FAULTY[what]
    content = make(untouched.lines())
    name = "backup.jsonl" if packing == "plain" else "backup.jsonl.gz"
    Path(name).write_bytes(content if packing == "plain" else packed(content))
    outcome = console("restore", name)
    assert (outcome.code, outcome.out) == (1, "")
    *findings, last = outcome.err.splitlines()
    count = f"{len(findings)} {'fault' if len(findings) == 1 else 'faults'}"
    assert last.startswith(f"error: nothing was created: the lines have {count}")
    told = {int(re.match(r"line (\d+): ", finding)[1]): finding for finding in findings}  # type: ignore[index]
    assert told.keys() == expected.keys()
    for line, words in expected.items():
        assert words in told[line]
    assert listing() == {name}


UNREADABLE: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "lines that are not packed": ("backup.jsonl.gz", lambda content: content),
    "a packed file cut short": ("backup.jsonl.gz", lambda content: packed(content)[:-200]),
    "a packed file without its end": ("backup.jsonl.gz", lambda content: packed(content)[:-4]),
    "a packed file with a wrong sum": (
        "backup.jsonl.gz",
        lambda content: packed(content)[:-8] + bytes(4) + packed(content)[-4:],
    ),
    "a packed file with a broken middle": (
        "backup.jsonl.gz",
        lambda content: packed(content)[:500] + b"\xff" * 400 + packed(content)[900:],
    ),
    "a packed file with words after it": ("backup.jsonl.gz", lambda content: packed(content) + b"-- end"),
    "an empty packed file of no form": ("backup.jsonl.gz", lambda content: b"\x1f\x8b"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_to_its_end_is_bad_input_and_leaves_nothing(
    console: Console, untouched: Scene, what: str
) -> None:
    name, make = UNREADABLE[what]
    Path(name).write_bytes(make(file_of(untouched.lines())))
    outcome = console("restore", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error: {name} cannot be read to its end: ")
    assert listing() == {name}


@settings(max_examples=80)
@given(st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=12), st.booleans())
@example([6, 20, 21], False)  # what a retraction voids is of a commitment that was never described
@example([7, 24], True)  # an amendment of such a one
def test_lines_in_any_choice_and_order_are_restored_or_refused(
    untouched: Scene, tmp_path_factory: pytest.TempPathFactory, places: list[int], left_out: bool
) -> None:
    lines = untouched.lines()
    if left_out:
        chosen = [line for place, line in enumerate(lines) if place not in places]
    else:
        chosen = [lines[place] for place in places]
    folder = tmp_path_factory.mktemp("restored")
    try:
        with Ledger.create(folder / "ledger.db", clock=clock, lines=chosen) as ledger:
            assert list(ledger.export()) == chosen
    except NotIntact as error:
        assert {finding.check for finding in error.findings} <= {"times", "timelines"}
        assert list(folder.iterdir()) == []


def test_every_fault_of_a_line_is_told(console: Console, untouched: Scene) -> None:
    lines = untouched.lines()
    again = enveloped(lines[13], recorded_at="2026-01-01T00:00:00.000000Z")
    Path("backup.jsonl").write_bytes(put_in(16, again)(lines))
    outcome = console("restore", "backup.jsonl")
    first, second, last = outcome.err.splitlines()
    assert first.startswith("line 16: ")
    assert "recorded_at runs backwards" in first
    assert second.startswith("line 16: ")
    assert "the same fact is recorded twice" in second
    assert last.startswith("error: nothing was created: the lines have 2 faults")
    assert outcome.code == 1
