"""`restore` makes the same record again, byte for byte, of the lines of one; anything else is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, first_of, written

Lines = list[bytes]


def file_of(lines: Lines) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def listing() -> set[str]:
    return {path.name for path in Path.cwd().iterdir()}


@pytest.mark.parametrize("name", ["backup.jsonl", "backup.jsonl.gz", "backup.txt"])
def test_an_export_restores_to_the_same_record_byte_for_byte(console: Console, scene: Scene, name: str) -> None:
    console("export", "-o", name).ok()
    outcome = console("--db", "copy.db", "restore", name)
    assert (outcome.ok(), outcome.err) == ("", f"created copy.db, with {SIZE} events\n")
    assert console("--db", "copy.db", "export").ok().encode() == file_of(scene.lines())
    assert console("--db", "copy.db", "checkpoint").ok() == console("checkpoint").ok()
    assert console("--db", "copy.db", "verify").ok() == ""


def test_lines_may_come_through_a_pipe(console: Console, scene: Scene) -> None:
    outcome = console("--db", "copy.db", "restore", "-", stdin=file_of(scene.lines()))
    assert outcome.code == 0, outcome.err
    assert console("--db", "copy.db", "checkpoint").ok() == scene.before.body()


def test_no_newline_after_the_last_line_is_no_fault(console: Console, scene: Scene) -> None:
    Path("backup.jsonl").write_bytes(file_of(scene.lines()).removesuffix(b"\n"))
    console("--db", "copy.db", "restore", "backup.jsonl").ok()
    assert console("--db", "copy.db", "checkpoint").ok() == scene.before.body()


def test_lines_with_their_fields_in_another_order_keep_their_bytes(console: Console, scene: Scene) -> None:
    lines = [written(dict(reversed(json.loads(line).items()))) for line in scene.lines()]
    Path("backup.jsonl").write_bytes(file_of(lines))
    console("--db", "copy.db", "restore", "backup.jsonl").ok()
    assert console("--db", "copy.db", "export").ok().encode() == file_of(lines)
    assert console("--db", "copy.db", "verify").code == 0
    assert console("--db", "copy.db", "checkpoint").ok() != scene.before.body()


def test_an_empty_file_is_an_empty_record(console: Console) -> None:
    Path("backup.jsonl").touch()
    outcome = console("restore", "backup.jsonl")
    assert (outcome.code, outcome.err) == (0, "created ledger.db, with 0 events\n")


@pytest.mark.parametrize("after", [0, 1, 12, SIZE - 1, SIZE, SIZE + 1])
def test_a_base_and_what_came_since_restore_to_the_whole(console: Console, scene: Scene, after: int) -> None:
    base = file_of(scene.lines()[:after])
    since = console("export", "--since", str(after)).ok().encode()
    console("--db", "copy.db", "restore", "-", stdin=base + since).ok()
    assert console("--db", "copy.db", "checkpoint").ok() == scene.before.body()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def test_packed_parts_may_be_joined_as_they_are(console: Console, scene: Scene) -> None:
    console("export", "--since", "12", "-o", "since.jsonl.gz").ok()
    base = packed(file_of(scene.lines()[:12]))
    Path("whole.jsonl.gz").write_bytes(base + Path("since.jsonl.gz").read_bytes())
    console("--db", "copy.db", "restore", "whole.jsonl.gz").ok()
    assert console("--db", "copy.db", "checkpoint").ok() == scene.before.body()


@pytest.mark.parametrize(
    ("name", "said"), [("missing.jsonl", "No such file or directory"), (".", "Is a directory")]
)
def test_a_file_that_is_not_there_is_bad_input(console: Console, name: str, said: str) -> None:
    outcome = console("restore", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"error: {name} cannot be read: {said}\n"
    assert listing() == set()


def test_packed_lines_under_a_plain_name_are_no_lines(console: Console, untouched: Scene) -> None:
    Path("backup.jsonl").write_bytes(packed(file_of(untouched.lines())))
    outcome = console("restore", "backup.jsonl")
    assert outcome.code == 1
    assert outcome.err.startswith("line 1: ")
    assert listing() == {"backup.jsonl"}


def test_a_line_that_is_missing_shows_only_where_a_rule_breaks_or_a_checkpoint_tells(
    console: Console, scene: Scene
) -> None:
    Path("before.txt").write_text(scene.before.body())
    lines = scene.lines()
    del lines[13]
    Path("backup.jsonl").write_bytes(file_of(lines))
    console("--db", "copy.db", "restore", "backup.jsonl").ok()
    assert console("--db", "copy.db", "verify").code == 0
    assert console("--db", "copy.db", "verify", "--checkpoint", "before.txt").code == 1


@pytest.mark.parametrize("there", ["a ledger", "a file", "a folder", "a link to nothing"])
def test_what_is_there_is_never_written_over(console: Console, untouched: Scene, there: str) -> None:
    Path("backup.jsonl").write_bytes(file_of(untouched.lines()))
    path = Path("copy.db")
    if there == "a ledger":
        console("--db", "copy.db", "init").ok()
    elif there == "a file":
        path.write_text("precious")
    elif there == "a folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere.db")
    before = path.read_bytes() if path.is_file() else None
    names = listing()
    outcome = console("--db", "copy.db", "restore", "backup.jsonl")
    assert (outcome.code, outcome.out) == (4, "")
    assert "copy.db is there already, and a ledger is never written over" in outcome.err
    assert (path.read_bytes() if path.is_file() else None) == before
    assert listing() == names


def test_a_folder_that_is_not_there_is_told(console: Console, untouched: Scene) -> None:
    Path("backup.jsonl").write_bytes(file_of(untouched.lines()))
    outcome = console("--db", "nowhere/copy.db", "restore", "backup.jsonl")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith("error: there is no folder nowhere to create copy.db in")
    assert listing() == {"backup.jsonl"}


def test_a_restored_record_is_guarded_and_can_be_added_to(console: Console, scene: Scene) -> None:
    console("export", "-o", "backup.jsonl").ok()
    console("--db", "copy.db", "restore", "backup.jsonl").ok()
    added = ("reaffirm", "old-growth", "--on", "2025-09-01", "--parties", "JPN")
    console("--db", "copy.db", *added, "--source-title", "A", "--source-url", "https://example.org/a").ok()
    Path("before.txt").write_text(scene.before.body())
    assert console("--db", "copy.db", "verify", "--checkpoint", "before.txt").code == 0
    with scene.ledger() as ledger:
        assert first_of(ledger.audit(only=["schema"]).findings) == {}
