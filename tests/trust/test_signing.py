"""Signed checkpoints: by the published vector, by the specification's own words, and all that is not right."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.trust import signing
from ledger.trust.checkpoint import Checkpoint, Note, Signature, signature_line
from tests.kit.process import Program
from tests.trust import spec
from tests.trust.conftest import Console
from tests.trust.scene import Scene

# From the documentation of golang.org/x/mod/sumdb/note, whose format became C2SP's signed-note.
PUBLISHED_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLISHED_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PUBLISHED_LINE = (
    "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6R"
    "yyBwJnAM=\n"
)


class TestThePublishedVector:
    def test_the_private_key_signs_the_text_as_published(self, tmp_path: Path) -> None:
        file = tmp_path / "key"
        file.write_text(PUBLISHED_PRIVATE + "\n")
        signature = signing.sign(PUBLISHED_TEXT, signing.read_private(file))
        assert signature_line(signature) == PUBLISHED_LINE

    def test_the_public_key_accepts_the_signature_and_no_other_text(self, tmp_path: Path) -> None:
        file = tmp_path / "key.pub"
        file.write_text(PUBLISHED_PUBLIC + "\n")
        key = signing.read_public(file)
        raw = b64decode(PUBLISHED_LINE.split(" ")[2])
        signature = Signature("PeterNeumann", raw[:4], raw[4:])
        of = Checkpoint("PeterNeumann", 1, bytes(32))
        assert key.name == "PeterNeumann"
        assert signing.is_signed_by(Note(of, PUBLISHED_TEXT, (signature,)), key)
        for text in (PUBLISHED_TEXT.removesuffix("\n"), PUBLISHED_TEXT + "\n", PUBLISHED_TEXT.upper()):
            assert not signing.is_signed_by(Note(of, text, (signature,)), key)

    def test_the_words_of_the_specification_are_understood_here(self) -> None:
        note = f"{PUBLISHED_TEXT}\n{PUBLISHED_LINE}".encode()
        assert spec.is_good(note, PUBLISHED_PUBLIC)
        assert not spec.is_good(note.replace(b"cryptography", b"arithmetic"), PUBLISHED_PUBLIC)


@pytest.fixture
def signed(console: Console, scene: Scene) -> Scene:
    """The record, the key pair `ministry.key` and `ministry.key.pub`, and `june.txt`, signed."""
    console("checkpoint", "keygen", "ministry.key").ok()
    console("checkpoint", "--key", "ministry.key", "-o", "june.txt").ok()
    return scene


def verify(console: Console, file: str = "june.txt", key: str = "ministry.key.pub") -> tuple[int, str, str]:
    outcome = console("verify", "--checkpoint", file, "--public-key", key)
    return outcome.code, outcome.out, outcome.err


def test_a_signed_checkpoint_is_good_by_the_specification_alone(console: Console, signed: Scene) -> None:
    note = Path("june.txt").read_bytes()
    public_key = Path("ministry.key.pub").read_text()
    assert spec.is_good(note, public_key)
    assert not spec.is_good(note.replace(b"\n29\n", b"\n28\n"), public_key)
    assert not spec.is_good(note, spec.Signer(signed.before.origin).public_key)
    text, _, signatures = note.decode().partition("\n\n")
    assert f"{text}\n" == console("checkpoint").ok()
    assert signatures.count("\n") == 1
    assert signatures.startswith(f"\N{EM DASH} {signed.before.origin} ")


def test_a_signed_checkpoint_is_printed_as_it_is_written(console: Console, signed: Scene) -> None:
    printed = console("checkpoint", "--key", "ministry.key").ok()
    assert printed.encode() == Path("june.txt").read_bytes()


def test_a_good_signature_is_accepted(console: Console, signed: Scene) -> None:
    code, out, err = verify(console)
    assert (code, out) == (0, "")
    assert err.startswith("intact: 29 events, root ")


def test_signatures_by_others_stand_beside_ours(console: Console, signed: Scene) -> None:
    note = Path("june.txt").read_bytes()
    text, ours = note[: note.index(b"\n\n") + 1], note[note.index(b"\n\n") + 2 :]
    witness = spec.Signer("witness.example")
    Path("june.txt").write_bytes(text + b"\n" + witness.line(text) + ours)
    Path("witness.pub").write_text(witness.public_key)
    assert verify(console)[0] == 0
    assert verify(console, key="witness.pub")[0] == 0


def outsider(note: bytes) -> Iterator[tuple[str, bytes]]:
    """What someone without the private key can make of a signed checkpoint, by what it is."""
    at = note.index(b"\n\n") + 1
    text, line = note[:at], note[at + 1 :]
    origin = text.split(b"\n")[0].decode()
    raw = b64decode(line.split(b" ")[2])
    stranger = spec.Signer(origin)
    yield "another size", note.replace(b"\n29\n", b"\n28\n")
    yield "another root", note.replace(text.split(b"\n")[2], b64encode(bytes(32)))
    yield "another origin", note.replace(b"commitment-ledger/", b"commitment-ledgers/", 1)
    yield "a line more in the text", text + b"and more\n\n" + line
    yield (
        "a signature bit flipped",
        text + b"\n" + spec.DASH + origin.encode() + b" " + b64encode(raw[:-1] + bytes([raw[-1] ^ 1])) + b"\n",
    )
    yield (
        "another id of the key",
        text + b"\n" + spec.DASH + origin.encode() + b" " + b64encode(bytes([raw[0] ^ 1]) + raw[1:]) + b"\n",
    )
    yield "a signature cut short", text + b"\n" + spec.DASH + origin.encode() + b" " + b64encode(raw[:-1]) + b"\n"
    yield "a signature under another name", text + b"\n" + line.replace(origin.encode(), b"someone")
    yield "a stranger's key", text + b"\n" + stranger.line(text)
    yield "a stranger's key under our id", text + b"\n" + stranger.line(text, stated_id=raw[:4])
    yield "no signature", text
    yield "an empty signature part", text + b"\n"


OUTSIDERS = [name for name, _ in outsider(b"commitment-ledger/a\n29\nA\n\n\xe2\x80\x94 a AAAAAAA=\n")]


@pytest.mark.parametrize("what", OUTSIDERS)
def test_what_the_key_did_not_sign_is_not_believed(console: Console, signed: Scene, what: str) -> None:
    Path("july.txt").write_bytes(dict(outsider(Path("june.txt").read_bytes()))[what])
    code, out, err = verify(console, "july.txt")
    assert (code, out) == (1, "")
    assert err == (
        f"error: july.txt carries no good signature of {signed.before.origin} by the key in ministry.key.pub\n"
    )


def test_the_signature_is_over_the_text_with_its_last_newline(console: Console, scene: Scene) -> None:
    signer = spec.Signer("ministry.example")
    Path("ministry.key.pub").write_text(signer.public_key)
    text = console("checkpoint").ok().encode()
    for over, code in ((text, 0), (text.removesuffix(b"\n"), 1), (text + b"\n", 1)):
        Path("june.txt").write_bytes(text + b"\n" + signer.line(over))
        assert verify(console)[0] == code


def test_another_key_of_the_same_name_is_not_believed(console: Console, signed: Scene) -> None:
    console("checkpoint", "keygen", "other.key").ok()
    code, out, err = verify(console, key="other.key.pub")
    assert (code, out) == (1, "")
    assert "carries no good signature" in err


def test_a_good_signature_under_a_record_that_changed_is_a_finding(console: Console, signed: Scene) -> None:
    with signed.tampering() as log:
        log.execute("DELETE FROM stored_events WHERE rowid = 29")
    code, out, err = verify(console)
    assert code == 1
    assert "checkpoints" in out
    assert err == "1 finding: the record is not intact\n"


def test_an_unexamined_signature_is_mentioned(console: Console, signed: Scene) -> None:
    outcome = console("verify", "--checkpoint", "june.txt")
    assert outcome.ok() == ""
    assert outcome.err.startswith("june.txt is signed; give --public-key to check by whom\n")


class TestWithoutTheLibrary:
    """`cryptography` is an extra. What needs it says so; what does not goes on."""

    @pytest.fixture
    def without(self, tmp_path: Path) -> dict[str, str]:
        """An environment in which the library cannot be imported."""
        blocked = tmp_path / "blocked"
        blocked.mkdir()
        missing = "raise ModuleNotFoundError(\"No module named 'cryptography'\", name='cryptography')\n"
        (blocked / "cryptography.py").write_text(missing)
        return {"PYTHONPATH": os.pathsep.join([str(blocked), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}

    @pytest.mark.parametrize(
        "command",
        [
            "checkpoint keygen other.key",
            "checkpoint --key ministry.key",
            "verify --checkpoint june.txt --public-key ministry.key.pub",
            "prove --check proof.json --public-key ministry.key.pub",
        ],
    )
    def test_the_extra_is_named(
        self, console: Console, signed: Scene, without: dict[str, str], command: str
    ) -> None:
        Path("proof.json").write_text(console("prove", "9c0d", "--checkpoint", "june.txt").ok())
        outcome = Program(console.folder)(*command.split(), **without)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == (
            "error: signatures need the library cryptography: pip install 'commitment-ledger[sign]'\n"
        )
        assert not Path("other.key").exists()

    def test_what_is_not_signed_needs_no_library(
        self, console: Console, signed: Scene, without: dict[str, str]
    ) -> None:
        program = Program(console.folder)
        assert program("verify", "--checkpoint", "june.txt", **without).ok() == ""
        assert program("checkpoint", "--after", "june.txt", **without).ok() == console("checkpoint").ok()
