"""Inclusion proofs: written by `prove`, checked with neither ledger nor program; and proofs that prove nothing."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode, b64encode
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from ledger import Ledger
from tests.kit.process import Program
from tests.trust import naive, spec
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, clock

POSITION = 12
MEMBERS = ("line", "index", "size", "hashes", "checkpoint")


def event(scene: Scene, position: int = POSITION) -> str:
    found = json.loads(scene.lines()[position - 1])["id"]
    assert isinstance(found, str)
    return found


def hash_at(line: str, index: int, size: int, hashes: list[str]) -> bytes:
    """The root that a proof leads to, by the recursion of RFC 6962, 2.1.1."""

    def climb(m: int, n: int, path: list[bytes]) -> bytes:
        if n == 1:
            assert path == []
            return naive.mth([line.encode()])
        k = naive.largest_power_below(n)
        if m < k:
            return sha256(b"\x01" + climb(m, k, path[:-1]) + path[-1]).digest()
        return sha256(b"\x01" + path[-1] + climb(m - k, n - k, path[:-1])).digest()

    return climb(index, size, [b64decode(one, validate=True) for one in hashes])


@pytest.mark.parametrize("position", range(1, SIZE + 1))
def test_the_proof_of_every_event_leads_to_the_root(console: Console, scene: Scene, position: int) -> None:
    proof = json.loads(console("prove", event(scene, position)).ok())
    assert tuple(proof) == MEMBERS
    assert proof["line"].encode() == scene.lines()[position - 1]
    assert (proof["index"], proof["size"]) == (position - 1, SIZE)
    assert proof["checkpoint"] == scene.before.body()
    assert hash_at(proof["line"], proof["index"], proof["size"], proof["hashes"]) == scene.before.root


def test_the_only_line_of_a_record_needs_no_hashes(console: Console, scene: Scene) -> None:
    Ledger.create("one.db", clock=clock, lines=scene.lines()[:1]).close()
    proof = console("--db", "one.db", "prove", event(scene, 1)[:8]).ok()
    assert json.loads(proof)["hashes"] == []
    Path("proof.json").write_text(proof)
    assert console("prove", "--check", "proof.json").code == 0


def test_a_proof_is_checked_where_nothing_else_is(scene: Scene, console: Console, tmp_path: Path) -> None:
    console("prove", event(scene), "-o", "proof.json").ok()
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    (empty / "proof.json").write_bytes(Path("proof.json").read_bytes())
    outcome = Program(empty)("prove", "--check", "proof.json")
    assert outcome.ok().encode() == scene.lines()[POSITION - 1] + b"\n"
    root = b64encode(scene.before.root).decode()
    assert outcome.err == f"proved: line 12 of the 29 of {scene.before.origin}, root {root}\n"
    assert [path.name for path in empty.iterdir()] == ["proof.json"]


class TestAgainstAnEarlierCheckpoint:
    @pytest.fixture
    def june(self, scene: Scene) -> Path:
        """The checkpoint of the first 20 lines."""
        with scene.ledger() as ledger:
            Path("june.txt").write_text(ledger.checkpoint(20).body())
        return Path("june.txt")

    @pytest.mark.parametrize("position", [1, 12, 20])
    def test_what_was_recorded_by_then_is_proved(
        self, console: Console, scene: Scene, june: Path, position: int
    ) -> None:
        proof = json.loads(console("prove", event(scene, position), "--checkpoint", "june.txt").ok())
        assert (proof["index"], proof["size"], proof["checkpoint"]) == (position - 1, 20, june.read_text())
        assert hash_at(proof["line"], position - 1, 20, proof["hashes"]) == naive.mth(scene.lines()[:20])

    def test_what_came_later_is_refused(self, console: Console, scene: Scene, june: Path) -> None:
        outcome = console("prove", event(scene, 21), "--checkpoint", "june.txt", "-o", "proof.json")
        assert (outcome.code, outcome.out) == (3, "")
        assert outcome.err == (f"error: {event(scene, 21)} was recorded at 21, after that checkpoint of 20\n")
        assert not Path("proof.json").exists()

    @pytest.mark.parametrize("change", ["origin", "size", "root"])
    def test_a_checkpoint_that_the_record_does_not_extend_is_refused(
        self, console: Console, scene: Scene, june: Path, change: str
    ) -> None:
        origin, size, root, _ = june.read_text().split("\n")
        altered = {
            "origin": f"{origin}0\n{size}\n{root}\n",
            "size": f"{origin}\n{int(size) + 1}\n{root}\n",
            "root": f"{origin}\n{size}\n{b64encode(bytes(32)).decode()}\n",
        }
        june.write_text(altered[change])
        outcome = console("prove", event(scene), "--checkpoint", "june.txt")
        assert (outcome.code, outcome.out) == (3, "")
        assert "does not extend that checkpoint" in outcome.err

    def test_a_checkpoint_may_come_through_a_pipe(self, console: Console, scene: Scene, june: Path) -> None:
        program = Program(console.folder)
        piped = program("prove", event(scene), "--checkpoint", "/dev/stdin", stdin=june.read_bytes())
        assert piped.ok() == console("prove", event(scene), "--checkpoint", "june.txt").ok()

    def test_a_signed_checkpoint_stays_signed_in_the_proof(
        self, console: Console, scene: Scene, june: Path
    ) -> None:
        signer = spec.Signer("ministry.example")
        Path("ministry.pub").write_text(signer.public_key)
        text = june.read_bytes()
        june.write_bytes(text + b"\n" + signer.line(text))
        by = ("--public-key", "ministry.pub")
        console("prove", event(scene), "--checkpoint", "june.txt", *by, "-o", "proof.json").ok()
        proof = json.loads(Path("proof.json").read_text())
        assert proof["checkpoint"].encode() == june.read_bytes()
        assert console("prove", "--check", "proof.json", *by).code == 0
        for altered in (
            proof["checkpoint"].replace(scene.before.origin, "commitment-ledger/000000000000"),
            text.decode(),
            proof["checkpoint"].replace("ministry.example", "minister.example"),
        ):
            Path("altered.json").write_text(json.dumps(proof | {"checkpoint": altered}))
            outcome = console("prove", "--check", "altered.json", *by)
            assert (outcome.code, outcome.out) == (1, "")
            assert "carries no good signature of ministry.example" in outcome.err

    def test_half_a_character_in_a_signed_text_is_told(self, console: Console, scene: Scene, june: Path) -> None:
        signer = spec.Signer("ministry.example")
        Path("ministry.pub").write_text(signer.public_key)
        proof = json.loads(console("prove", event(scene)).ok())
        line = signer.line(proof["checkpoint"].encode()).decode()
        halved = "\ud800" + proof["checkpoint"] + "\n" + line
        Path("proof.json").write_text(json.dumps(proof | {"checkpoint": halved}))
        outcome = console("prove", "--check", "proof.json", "--public-key", "ministry.pub")
        assert outcome.code in {1, 2}
        assert outcome.err.startswith("error: ")


class TestAsking:
    def test_an_event_that_is_not_there_is_refused(self, console: Console, scene: Scene) -> None:
        outcome = console("prove", "00000000")
        assert (outcome.code, outcome.out) == (3, "")
        assert "00000000 is no event on record" in outcome.err

    def test_too_few_digits_are_bad_input(self, console: Console, scene: Scene) -> None:
        outcome = console("prove", event(scene)[:3])
        assert (outcome.code, outcome.out) == (2, "")
        assert "too short for an event's id" in outcome.err

    @pytest.mark.parametrize("args", [[], ["00000000", "--check", "proof.json"]])
    def test_an_event_or_a_proof_and_not_both(self, console: Console, scene: Scene, args: list[str]) -> None:
        outcome = console("prove", *args)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == "error: name the event to prove, or the proof to --check, and not both\n"

    @pytest.mark.parametrize("name", ["missing.json", "."])
    def test_a_proof_file_that_cannot_be_read_is_bad_input(self, console: Console, name: str) -> None:
        outcome = console("prove", "--check", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith(f"error: {name} cannot be read: ")

    def test_the_proof_is_of_the_event_that_was_asked_for_whatever_the_views_say(
        self, console: Console, scene: Scene
    ) -> None:
        asked, other = event(scene, 12), event(scene, 13)
        with closing(sqlite3.connect(scene.views, isolation_level=None)) as views:
            views.execute("UPDATE events SET id = 'swapped' WHERE id = ?", (asked,))
            views.execute("UPDATE events SET id = ? WHERE id = ?", (asked, other))
        outcome = console("prove", asked)
        assert outcome.code != 0 or json.loads(json.loads(outcome.out)["line"])["id"] == asked
