"""`export` writes the lines as they stand: whole or not at all, and of one moment."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger import Ledger
from tests.kit.process import Program
from tests.kit.unprivileged import bound_by_permissions
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, clock

ROOT = Path(__file__).parents[2]


def file_of(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def listing() -> set[str]:
    return {path.name for path in Path.cwd().iterdir()} - {"ledger.db-shm", "ledger.db-wal"}


@pytest.mark.parametrize("after", [0, 12, SIZE - 1, SIZE, SIZE + 100])
def test_stdout_a_file_and_a_packed_file_hold_the_same(console: Console, scene: Scene, after: int) -> None:
    lines = scene.lines()[after:]
    expected = file_of(lines)
    since = ("export", "--since", str(after))
    printed = console(*since)
    assert (printed.ok().encode(), printed.err) == (expected, "")
    for name in ("backup.jsonl", "backup.jsonl.gz"):
        outcome = console(*since, "-o", name)
        assert outcome.ok() == ""
        assert outcome.err == f"wrote {len(lines)} events to {name}\n"
    assert Path("backup.jsonl").read_bytes() == expected
    assert gzip.decompress(Path("backup.jsonl.gz").read_bytes()) == expected


def test_the_same_lines_are_packed_to_the_same_bytes(console: Console, scene: Scene) -> None:
    for name in ("one.jsonl.gz", "other.jsonl.gz"):
        console("export", "-o", name).ok()
    assert Path("one.jsonl.gz").read_bytes() == Path("other.jsonl.gz").read_bytes()


@pytest.mark.parametrize("after", ["-1", "two"])
def test_a_position_that_is_none_is_bad_input(console: Console, scene: Scene, after: str) -> None:
    assert console("export", "--since", after).code == 2


def test_an_older_file_is_replaced_as_a_whole(console: Console, scene: Scene) -> None:
    Path("backup.jsonl").write_text("older\n" * 100_000)
    console("export", "-o", "backup.jsonl").ok()
    assert Path("backup.jsonl").read_bytes() == file_of(scene.lines())


UNWRITABLE = {
    "nowhere/backup.jsonl": "No such file or directory",
    "folder": "Is a directory",
    "folder/": "Is a directory",
    "file/backup.jsonl": "Not a directory",
    "n" * 300: "File name too long",
}


@pytest.mark.parametrize(("target", "said"), UNWRITABLE.items())
def test_a_target_that_cannot_be_written_is_told_and_leaves_nothing(
    console: Console, scene: Scene, target: str, said: str
) -> None:
    Path("folder").mkdir()
    Path("file").write_text("precious")
    before = listing()
    for command in (["export"], ["checkpoint"], ["report"]):
        outcome = console(*command, "-o", target)
        assert (outcome.code, outcome.out) == (4, "")
        assert outcome.err.startswith("error: ")
        assert said in outcome.err
    assert listing() - {"ledger.db.views.db-shm", "ledger.db.views.db-wal"} == before
    assert list(Path("folder").iterdir()) == []
    assert Path("file").read_text() == "precious"


def test_a_folder_that_may_not_be_written_keeps_what_is_in_it(console: Console, scene: Scene) -> None:
    kept = Path("locked/backup.jsonl")
    kept.parent.mkdir()
    kept.write_text("precious")
    kept.parent.chmod(0o555)
    for target in ("locked/backup.jsonl", "locked/other.jsonl"):
        outcome = bound_by_permissions(Program(console.folder), "export", "-o", target)
        assert (outcome.code, outcome.out) == (4, "")
        assert outcome.err.startswith("error: ")
        assert "Permission denied" in outcome.err
    assert [path.name for path in kept.parent.iterdir()] == ["backup.jsonl"]
    assert kept.read_text() == "precious"


def test_damage_half_way_leaves_the_older_file_as_it_was(console: Console, brussels_lines: list[bytes]) -> None:
    Ledger.create("ledger.db", clock=clock, lines=brussels_lines).close()
    raw = Path("ledger.db").read_bytes()
    last = raw.index(brussels_lines[-1]) // 4096
    Path("ledger.db").write_bytes(raw[: 4096 * last] + bytes(4096) + raw[4096 * (last + 1) :])
    Path("backup.jsonl").write_text("precious")
    before = listing()
    outcome = console("export", "-o", "backup.jsonl")
    assert (outcome.code, outcome.out) == (4, "")
    assert "the file is damaged" in outcome.err
    assert Path("backup.jsonl").read_text() == "precious"
    assert listing() == before


def test_a_full_disk_leaves_the_older_file_as_it_was(console: Console, brussels_lines: list[bytes]) -> None:
    Ledger.create("ledger.db", clock=clock, lines=brussels_lines).close()
    assert len(file_of(brussels_lines)) > 40 * 1024  # more than may be written, which SQLite's own files may
    Path("backup.jsonl").write_text("precious")
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40 * 1024, 40 * 1024)); "
        "from ledger.cli import main; main()"
    )
    process = subprocess.run(
        [sys.executable, "-c", limited, "--db", "ledger.db", "export", "-o", "backup.jsonl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (4, "")
    assert process.stderr.startswith("error: ")
    assert "File too large" in process.stderr
    assert Path("backup.jsonl").read_text() == "precious"
    assert listing() == {"ledger.db", "backup.jsonl"}


WRITER = """
import sys
from ledger import Ledger
from tests.kit.facts import made
from tests.trust.scene import clock

with Ledger.open("ledger.db", clock=clock) as ledger:
    print("ready", flush=True)
    for count, asked in enumerate(sys.stdin):
        for number in range(int(asked)):
            ledger.record(made(f"parks-{count}-{number}"), by="another")
        print("done", flush=True)
"""


class Writer:
    """Another program that appends as many events as it is asked for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._said("ready")

    def begin(self, count: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()

    def finish(self) -> None:
        self._said("done")

    def _said(self, word: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == f"{word}\n"


@contextmanager
def writing() -> Iterator[Writer]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    with process:
        yield Writer(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def test_an_export_is_of_the_moment_at_which_it_began(console: Console, scene: Scene) -> None:
    before = scene.lines()
    with writing() as writer, scene.ledger() as ledger:
        exported = ledger.export()
        first = next(exported)
        writer.begin(5)
        writer.finish()
        assert [first, *exported] == before
        assert len(list(ledger.export())) == SIZE + 5


def test_exports_while_another_program_appends_are_prefixes_of_the_record(console: Console, scene: Scene) -> None:
    taken: list[bytes] = []
    with writing() as writer:
        for _ in range(6):
            writer.begin(10)
            taken.append(console("export").ok().encode())  # anywhere in the midst of the ten
            writer.finish()
            console("export", "-o", "backup.jsonl").ok()
            taken.append(Path("backup.jsonl").read_bytes())
    whole = file_of(scene.lines())
    assert all(whole.startswith(one) and one.endswith(b"}\n") for one in taken)
    assert [one.count(b"\n") for one in taken[1::2]] == [SIZE + 10 * n for n in range(1, 7)]
    for one in taken:
        lines = one.removesuffix(b"\n").split(b"\n")
        name = f"{len(lines)}.db"
        if not Path(name).exists():
            Ledger.create(name, clock=clock, lines=lines).close()
            console("--db", name, "checkpoint", "-o", "prefix.txt").ok()
            assert console("verify", "--checkpoint", "prefix.txt").code == 0


def test_a_pipe_is_written_into_and_stays_a_pipe(console: Console, scene: Scene) -> None:
    os.mkfifo("pipe")
    reading = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = console("checkpoint", "-o", "pipe")
        assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
        assert os.read(reading, 10_000).decode() == scene.before.body()
        assert outcome.code == 0
    finally:
        os.close(reading)
