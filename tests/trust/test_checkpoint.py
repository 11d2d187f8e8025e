"""Checkpoints: their form, what is no checkpoint, and that each stays consistent with all that come later."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.errors import BadInput, LedgerError
from ledger.events.lines import encode
from ledger.trust.checkpoint import Checkpoint, parse
from ledger.trust.merkle import consistency_proof, verify_consistency
from tests.kit.histories import Proposal, logs, proposals
from tests.kit.scenario import PlainLog
from tests.trust import naive
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene, clock, enveloped

ROOT = b64encode(bytes(range(32))).decode()
BODY = f"commitment-ledger/0123456789ab\n7\n{ROOT}\n"


def test_a_checkpoint_is_origin_size_and_root_and_nothing_else(console: Console, scene: Scene) -> None:
    lines = scene.lines()
    first_leaf = sha256(b"\x00" + lines[0]).hexdigest()
    root = b64encode(naive.mth(lines)).decode()
    expected = f"commitment-ledger/{first_leaf[:12]}\n{SIZE}\n{root}\n"
    printed = console("checkpoint")
    assert (printed.ok(), printed.err) == (expected, "")
    console("checkpoint", "-o", "june.txt").ok()
    assert Path("june.txt").read_bytes() == expected.encode()


@pytest.mark.parametrize("size", [1, 2, 3, 8, 15, SIZE])
def test_a_checkpoint_of_an_earlier_size_is_of_the_first_lines(untouched: Scene, size: int) -> None:
    with untouched.ledger() as ledger:
        point = ledger.checkpoint(size)
    assert (point.size, point.root) == (size, naive.mth(untouched.lines()[:size]))
    assert point.origin == untouched.before.origin


def test_origin_and_root_survive_a_restore(console: Console, scene: Scene) -> None:
    console("export", "-o", "backup.jsonl").ok()
    console("--db", "copy.db", "restore", "backup.jsonl").ok()
    assert console("--db", "copy.db", "checkpoint").ok() == console("checkpoint").ok()


def test_an_empty_ledger_has_no_checkpoint(console: Console) -> None:
    console("init").ok()
    outcome = console("checkpoint", "-o", "june.txt")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == "error: an empty ledger has no checkpoint; record something first\n"
    assert not Path("june.txt").exists()


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1, max_size=20),
    st.integers(0, 10**19 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_published_is_read_as_it_was_meant(origin: str, size: int, root: bytes) -> None:
    point = Checkpoint(origin, size, root)
    note = parse(point.body())
    assert (note.checkpoint, note.text, note.signatures) == (point, point.body(), ())


def test_lines_after_the_root_are_part_of_what_is_signed_and_say_nothing_to_us() -> None:
    note = parse(BODY + "more\n\n\N{EM DASH} key AAAAAAA=\n")
    assert note.text == BODY + "more\n"
    assert (note.checkpoint.size, b64encode(note.checkpoint.root).decode()) == (7, ROOT)
    assert [(one.name, one.key_id, one.signature) for one in note.signatures] == [("key", bytes(4), b"\x00")]


NO_CHECKPOINT = "it has an origin, a size and a root, each on a line"
NO_HASH = "not a SHA-256 hash"
NO_BASE64 = "is not base64"
NO_LINE = "a signature is a line with an em dash"


def with_size(written: str) -> str:
    return BODY.replace("\n7\n", f"\n{written}\n")


def with_root(written: str | bytes) -> str:
    return BODY.replace(ROOT, b64encode(written).decode() if isinstance(written, bytes) else written)


def with_signature(written: str) -> str:
    return f"{BODY}\n{written}\n"


MALFORMED = {
    "nothing": ("", NO_CHECKPOINT),
    "an origin alone": ("commitment-ledger/0123456789ab\n", NO_CHECKPOINT),
    "no root": ("commitment-ledger/0123456789ab\n7\n", NO_CHECKPOINT),
    "no newline at the end": (BODY.removesuffix("\n"), NO_CHECKPOINT),
    "an empty origin": ("\n" + BODY.partition("\n")[2], NO_CHECKPOINT),
    "a size with a zero before it": (with_size("07"), NO_CHECKPOINT),
    "a size below zero": (with_size("-7"), NO_CHECKPOINT),
    "a size with a sign": (with_size("+7"), NO_CHECKPOINT),
    "a size with a space": (with_size("7 "), NO_CHECKPOINT),
    "a size with a point": (with_size("7.0"), NO_CHECKPOINT),
    "a size in digits that are not ASCII": (with_size("7\N{ARABIC-INDIC DIGIT SEVEN}"), NO_CHECKPOINT),
    "a size that is a word": (with_size("seven"), NO_CHECKPOINT),
    "a size beyond any log": (with_size(str(10**19)), NO_CHECKPOINT),
    "no size": (with_size(""), NO_CHECKPOINT),
    "Windows line ends": (BODY.replace("\n", "\r\n"), NO_CHECKPOINT),
    "a root in hex": (with_root(bytes(32).hex()), NO_HASH),
    "a root that is no base64": (with_root(ROOT[:-3] + "*=="), NO_BASE64),
    "a root without its padding": (with_root(ROOT.rstrip("=")), NO_BASE64),
    "a root in base64 for addresses": (with_root("_" * 43 + "="), NO_BASE64),
    "a root too short": (with_root(bytes(31)), NO_HASH),
    "a root too long": (with_root(bytes(33)), NO_HASH),
    "a signature with another dash": (with_signature("- key AAAAAAA="), NO_LINE),
    "a signature without a name": (with_signature("\N{EM DASH} AAAAAAA="), NO_LINE),
    "a signature without its bytes": (with_signature("\N{EM DASH} key"), NO_LINE),
    "a signature that is no base64": (with_signature("\N{EM DASH} key ****"), NO_BASE64),
    "a signature of an id alone": (
        with_signature("\N{EM DASH} key AAAAAA=="),
        "the signature of key is too short",
    ),
    "words after the signatures": (with_signature("\N{EM DASH} key AAAAAAA=\nPS"), NO_LINE),
}


@pytest.mark.parametrize(("text", "said"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_checkpoint_is_refused_and_told_why(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse(text)


def test_a_file_that_is_no_checkpoint_is_named(console: Console, scene: Scene) -> None:
    Path("june.txt").write_text("June\n")
    for command in (["verify", "--checkpoint"], ["checkpoint", "--after"]):
        outcome = console(*command, "june.txt")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == f"error: june.txt: this is no checkpoint: {NO_CHECKPOINT}\n"


UNREADABLE = {"missing.txt": "No such file or directory", ".": "Is a directory", "binary": "binary is no"}


@pytest.mark.parametrize(("name", "said"), UNREADABLE.items())
def test_a_checkpoint_file_that_cannot_be_read_is_bad_input(
    console: Console, scene: Scene, name: str, said: str
) -> None:
    Path("binary").write_bytes(b"\xff\xfe\x00")
    outcome = console("verify", "--checkpoint", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


class TestAfter:
    """`checkpoint --after` is for whoever publishes one after the other."""

    def test_a_record_that_goes_on_extends_its_own_checkpoint(self, console: Console, scene: Scene) -> None:
        console("checkpoint", "-o", "june.txt").ok()
        assert console("checkpoint", "--after", "june.txt").ok() == Path("june.txt").read_text()
        reaffirmed = ("reaffirm", "old-growth", "--on", "2025-09-01", "--parties", "JPN")
        console(*reaffirmed, "--source-title", "A paper", "--source-url", "https://example.org/a").ok()
        july = console("checkpoint", "--after", "june.txt").ok()
        assert parse(july).checkpoint.size == SIZE + 1

    @pytest.mark.parametrize("change", ["cut off", "changed", "begun otherwise"])
    def test_a_record_that_does_not_extend_it_is_refused_and_nothing_is_written(
        self, console: Console, scene: Scene, change: str
    ) -> None:
        console("checkpoint", "-o", "june.txt").ok()
        lines = scene.lines()
        if change == "cut off":
            del lines[-1]
        else:
            at = 0 if change == "begun otherwise" else 12
            lines[at] = enveloped(lines[at], recorded_by="another")
        Ledger.create("other.db", clock=clock, lines=lines).close()
        Path("july.txt").write_text("published before")
        outcome = console("--db", "other.db", "checkpoint", "--after", "june.txt", "-o", "july.txt")
        assert (outcome.code, outcome.out) == (3, "")
        assert f"does not extend that checkpoint of {SIZE} events of {scene.before.origin}" in outcome.err
        assert Path("july.txt").read_text() == "published before"


def recorded(path: Path, proposed: list[Proposal]) -> list[Checkpoint]:
    """Record what the rules accept; the checkpoints that were taken after each line."""
    taken: list[Checkpoint] = []
    with Ledger.create(path, clock=clock) as ledger:
        for proposal in proposed:
            with suppress(LedgerError):
                if ledger.record(proposal.against(ledger.entries()), by="tester").new:
                    taken.append(ledger.checkpoint())
    return taken


@settings(max_examples=12)
@given(proposals(max_size=14))
def test_a_checkpoint_stays_consistent_with_every_later_one(
    tmp_path_factory: pytest.TempPathFactory, proposed: list[Proposal]
) -> None:
    path = tmp_path_factory.mktemp("history") / "ledger.db"
    taken = recorded(path, proposed)
    assert [point.size for point in taken] == list(range(1, len(taken) + 1))
    with Ledger.open(path, clock=clock) as ledger:
        leaves = ledger.leaf_hashes()
        assert ledger.audit(taken).findings == ()
        assert [ledger.checkpoint(point.size) for point in taken] == taken
    for second in taken:
        for first in taken[: second.size]:
            proof = consistency_proof(first.size, leaves[: second.size])
            assert first.origin == second.origin
            assert verify_consistency(first.size, second.size, first.root, second.root, proof)


@settings(max_examples=12)
@given(logs(max_size=14).filter(lambda log: len(log.entries) > 1), st.data())
def test_a_copy_that_went_its_own_way_contradicts_every_checkpoint_from_there_on_and_none_before(
    tmp_path_factory: pytest.TempPathFactory, log: PlainLog, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("history")
    lines = [encode(entry) for entry in log.entries]
    with Ledger.create(folder / "ledger.db", clock=clock, lines=lines) as ledger:
        taken = [ledger.checkpoint(size) for size in range(1, len(lines) + 1)]
    fork = data.draw(st.integers(2, len(lines)), "position")
    lines[fork - 1] = enveloped(lines[fork - 1], recorded_by="another")
    with Ledger.create(folder / "copy.db", clock=clock, lines=lines) as copy:
        findings = copy.audit(taken).findings
    assert {finding.check for finding in findings} == {"checkpoints"}
    contradicted = [re.findall(r"the first (\d+) lines", finding.said) for finding in findings]
    assert contradicted == [[str(size)] for size in range(fork, len(lines) + 1)]


def test_the_root_is_over_the_lines_of_the_export_as_they_stand(console: Console, scene: Scene) -> None:
    exported = console("export").ok().encode()
    lines = exported.removesuffix(b"\n").split(b"\n")
    assert len(lines) == SIZE
    assert all(json.loads(line)["id"] for line in lines)
    assert b64decode(console("checkpoint").ok().splitlines()[2]) == naive.mth(lines)
