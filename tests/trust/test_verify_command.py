"""`ledger verify` as people and programs use it, and what only a checkpoint that was kept can show."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.errors import CHECKS
from tests.kit.facts import made
from tests.kit.process import Program
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, clock, enveloped, forged, put_state, state


@pytest.fixture
def tampered(scene: Scene) -> Scene:
    """Something for every check of rows, lines and schema to find; two for one of them."""
    with scene.tampering() as log:
        log.execute("UPDATE stored_events SET topic = 'lapsed' WHERE rowid = 2")
        put_state(log, 7, enveloped(state(log, 7), id="0" * 32))
        put_state(log, 12, enveloped(state(log, 12), recorded_at="2026-01-01T00:00:00.000000Z"))
        log.execute("DELETE FROM stored_events WHERE rowid = 14")
        put_state(log, 20, forged(state(log, 20), parties=["KOR"]))
    with closing(sqlite3.connect(scene.path)) as log:
        log.execute("DROP TRIGGER log_is_not_updated")
        log.execute("CREATE TABLE notes (note)")
    Path("before.txt").write_text(scene.before.body())
    return scene


EXPECTED = [
    ("schema", None),
    ("schema", None),
    *(("positions", position) for position in range(15, SIZE + 1)),
    ("lines", 2),
    ("lines", 7),
    ("versions", 15),
    ("times", 12),
    ("timelines", 20),
    ("views", None),
    ("checkpoints", None),
]


def test_all_findings_are_told_in_the_order_of_the_checks(console: Console, tampered: Scene) -> None:
    outcome = console("verify", "--checkpoint", "before.txt", "--format", "json")
    rows = json.loads(outcome.out)
    assert outcome.code == 1
    assert [(row["check"], row["position"]) for row in rows] == EXPECTED
    assert all(row.keys() == {"check", "position", "said"} and row["said"] for row in rows)
    assert outcome.err == f"{len(EXPECTED)} findings: the record is not intact\n"


def test_the_other_formats_tell_the_same(console: Console, tampered: Scene) -> None:
    verify = ("verify", "--checkpoint", "before.txt", "--format")
    rows = json.loads(console(*verify, "json").out)
    table, written = console(*verify, "table"), console(*verify, "csv")
    assert table.code == written.code == 1
    found = list(csv.DictReader(io.StringIO(written.out)))
    assert [row["said"] for row in found] == [row["said"] for row in rows]
    for check in {check for check, _ in EXPECTED}:
        assert check in table.out


@pytest.mark.parametrize("check", CHECKS)
def test_only_one_check_tells_of_its_own_findings_alone(console: Console, tampered: Scene, check: str) -> None:
    outcome = console("verify", "--checkpoint", "before.txt", "--only", check, "--format", "json")
    expected = [finding for finding in EXPECTED if finding[0] == check]
    assert [(row["check"], row["position"]) for row in json.loads(outcome.out)] == expected
    assert outcome.code == bool(expected)


def test_several_checks_may_be_asked_for(console: Console, tampered: Scene) -> None:
    outcome = console("verify", "--only", "times", "--only", "versions", "--format", "json")
    assert [row["check"] for row in json.loads(outcome.out)] == ["versions", "times"]
    assert outcome.err == "2 findings: the record is not intact\n"


def test_a_check_that_does_not_exist_is_bad_input(console: Console, scene: Scene) -> None:
    outcome = console("verify", "--only", "everything")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"error: 'everything' is no check; it is one of {', '.join(CHECKS)}\n"


def test_an_intact_record_prints_nothing(console: Console, scene: Scene) -> None:
    outcome = console("verify")
    root = console("checkpoint").ok().splitlines()[2]
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"intact: {SIZE} events, root {root}\n"
    assert console("verify", "--format", "json").ok() == "[]\n"


def test_an_empty_record_is_intact(console: Console) -> None:
    console("init").ok()
    outcome = console("verify")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "intact: no events yet\n")


def test_a_process_of_its_own_ends_with_the_same_codes(console: Console, tampered: Scene) -> None:
    program = Program(console.folder)
    assert program("verify").code == 1
    assert program("verify", "--only", "database").code == 0
    assert program("--db", "nothing.db", "verify").code == 4


class TestCheckpoints:
    """What no record shows by itself, and a checkpoint that was published before does."""

    def check(self, console: Console, lines: Iterable[bytes], *checkpoints: str) -> tuple[int, str]:
        """The exit code of verifying a ledger of these lines, and what was found in it."""
        Path("now.db").unlink(missing_ok=True)
        Ledger.create("now.db", clock=clock, lines=lines).close()
        options = [word for name in checkpoints for word in ("--checkpoint", name)]
        outcome = console("--db", "now.db", "verify", *options, "--format", "json")
        return outcome.code, " ".join(row["said"] for row in json.loads(outcome.out))

    def publish(self, console: Console, name: str, db: str = "ledger.db") -> None:
        console("--db", db, "checkpoint", "-o", name).ok()

    def test_a_cut_is_seen_by_whoever_kept_a_checkpoint(self, console: Console, scene: Scene) -> None:
        self.publish(console, "june.txt")
        lines = scene.lines()
        assert self.check(console, lines[:20]) == (0, "")
        code, said = self.check(console, lines[:20], "june.txt")
        assert code == 1
        assert said == "29 lines were checkpointed and 20 are here: the end of the record was cut off"

    def test_a_tree_that_was_computed_anew_agrees_with_itself_and_with_no_older_checkpoint(
        self, console: Console, scene: Scene
    ) -> None:
        self.publish(console, "june.txt")
        lines = scene.lines()
        lines[11] = forged(lines[11], note="They met in Pusan.")
        assert self.check(console, lines) == (0, "")
        self.publish(console, "anew.txt", "now.db")
        assert self.check(console, lines, "anew.txt") == (0, "")
        code, said = self.check(console, lines, "anew.txt", "june.txt")
        assert code == 1
        assert said.startswith("the first 29 lines are not those that were checkpointed")

    def test_two_copies_that_went_their_own_ways_contradict_each_other(
        self, console: Console, scene: Scene
    ) -> None:
        self.publish(console, "common.txt")
        copies: dict[str, list[bytes]] = {}
        for name in ("one", "other"):
            Ledger.create(f"{name}.db", clock=clock, lines=scene.lines()).close()
            with Ledger.open(f"{name}.db", clock=clock) as ledger:
                ledger.record(made(f"of-the-{name}"), by="tester")
                copies[name] = list(ledger.export())
            self.publish(console, f"{name}.txt", f"{name}.db")
            assert self.check(console, copies[name], "common.txt", f"{name}.txt") == (0, "")
        code, said = self.check(console, copies["one"], "common.txt", "other.txt")
        assert code == 1
        assert said.startswith("the first 30 lines are not those that were checkpointed")
        assert "a copy that went its own way" in said

    def test_a_checkpoint_of_another_record_is_told_as_such(self, console: Console, scene: Scene) -> None:
        self.publish(console, "june.txt")
        lines = scene.lines()
        lines[0] = forged(lines[0], place="Hakodate")
        code, said = self.check(console, lines, "june.txt")
        assert code == 1
        assert said.startswith(f"the checkpoint is of {scene.before.origin}, this record is commitment-ledger/")
        code, said = self.check(console, [], "june.txt")
        assert code == 1
        assert said == (
            f"the checkpoint is of {scene.before.origin}, this record is empty: its first line is another"
        )

    def test_each_of_several_checkpoints_is_judged(self, console: Console, scene: Scene) -> None:
        lines = scene.lines()
        for size in (5, 11, 12, 20):
            self.check(console, lines[:size])
            self.publish(console, f"{size}.txt", "now.db")
        lines[11] = enveloped(lines[11], recorded_by="another")
        code, said = self.check(console, lines, "5.txt", "11.txt", "12.txt", "20.txt")
        assert code == 1
        assert said.count("are not those that were checkpointed") == 2
        assert "the first 12 lines" in said
        assert "the first 20 lines" in said
