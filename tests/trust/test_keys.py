"""Keys: made once, for their owner alone, in the text forms of signed-note; and files that hold none."""

from __future__ import annotations

import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.errors import BadInput
from ledger.trust import signing
from tests.trust import spec
from tests.trust.conftest import Console
from tests.trust.scene import Scene
from tests.trust.test_signing import PUBLISHED_PRIVATE as PRIVATE
from tests.trust.test_signing import PUBLISHED_PUBLIC as PUBLIC


def listing() -> set[str]:
    return {path.name for path in Path.cwd().iterdir()} - {"ledger.db-shm", "ledger.db-wal"}


class TestKeygen:
    def test_the_two_files_have_the_text_forms_of_the_format(self, console: Console, scene: Scene) -> None:
        outcome = console("checkpoint", "keygen", "ministry.key")
        assert outcome.ok() == ""
        assert "ministry.key.pub" in outcome.err
        private, public = Path("ministry.key").read_text(), Path("ministry.key.pub").read_text()
        origin = scene.before.origin
        kind_and_public = b64decode(public.removesuffix("\n").split("+", 2)[2])
        key_id = spec.key_id(origin.encode(), kind_and_public[1:]).hex()
        assert public == f"{origin}+{key_id}+{b64encode(kind_and_public).decode()}\n"
        assert private.startswith(f"PRIVATE+KEY+{origin}+{key_id}+")
        kind_and_private = b64decode(private.removesuffix("\n").split("+", 4)[4])
        assert (kind_and_public[0], kind_and_private[0]) == (1, 1)
        assert (len(kind_and_public), len(kind_and_private)) == (33, 33)
        assert kind_and_private[1:] != kind_and_public[1:]

    @pytest.mark.parametrize(("umask", "public_mode"), [(0o000, 0o644), (0o022, 0o644), (0o077, 0o600)])
    def test_the_private_key_is_its_owners_alone(
        self, console: Console, scene: Scene, umask: int, public_mode: int
    ) -> None:
        before = os.umask(umask)
        try:
            console("checkpoint", "keygen", "ministry.key").ok()
        finally:
            os.umask(before)
        assert stat.S_IMODE(Path("ministry.key").stat().st_mode) == 0o600
        assert stat.S_IMODE(Path("ministry.key.pub").stat().st_mode) == public_mode

    def test_no_two_keys_are_the_same(self, console: Console, scene: Scene) -> None:
        for name in ("one", "two"):
            console("checkpoint", "keygen", name).ok()
        assert Path("one").read_text() != Path("two").read_text()

    def test_a_name_may_be_given_and_then_no_ledger_is_needed(self, console: Console) -> None:
        console("checkpoint", "keygen", "ministry.key", "--name", "ministry.example/pacts").ok()
        assert Path("ministry.key.pub").read_text().startswith("ministry.example/pacts+")
        assert listing() == {"ministry.key", "ministry.key.pub"}

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b"])
    def test_a_name_that_the_format_cannot_hold_is_refused(self, console: Console, name: str) -> None:
        outcome = console("checkpoint", "keygen", "ministry.key", "--name", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert "is no name for a key: it has no space and no plus sign" in outcome.err
        assert listing() == set()

    def test_an_empty_ledger_gives_no_name(self, console: Console) -> None:
        console("init").ok()
        assert console("checkpoint", "keygen", "ministry.key").code == 3
        assert not Path("ministry.key").exists()

    @pytest.mark.parametrize("there", ["ministry.key", "ministry.key.pub"])
    def test_no_file_is_written_over_and_no_half_of_a_pair_is_left(
        self, console: Console, scene: Scene, there: str
    ) -> None:
        Path(there).write_text("precious")
        before = listing()
        outcome = console("checkpoint", "keygen", "ministry.key")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == f"error: {there} is there already, and a key is never written over\n"
        assert Path(there).read_text() == "precious"
        assert listing() == before

    def test_a_folder_that_is_not_there_is_told(self, console: Console, scene: Scene) -> None:
        outcome = console("checkpoint", "keygen", "nowhere/ministry.key")
        assert (outcome.code, outcome.out) == (4, "")
        assert "No such file or directory" in outcome.err


def keys() -> dict[str, tuple[str | bytes, str]]:
    """Files that hold no public key, and what is said of them."""
    public = "ministry+{}+{}\n"
    raw = b"\x01" + bytes(range(32))
    good_id = spec.key_id(b"ministry", raw[1:]).hex()
    encoded = b64encode(raw).decode()
    no_key = "holds no Ed25519 key of the signed-note format"
    return {
        "nothing": ("", no_key),
        "words": ("the public key\n", no_key),
        "no id": (f"ministry+{encoded}\n", no_key),
        "an id in capitals": (public.format("ABCDEF01", encoded), no_key),
        "an id too short": (public.format(good_id[:7], encoded), no_key),
        "another kind of key": (public.format(good_id, b64encode(b"\x02" + raw[1:]).decode()), no_key),
        "a key too short": (public.format(good_id, b64encode(raw[:-1]).decode()), no_key),
        "a key too long": (public.format(good_id, b64encode(raw + b"\x00").decode()), no_key),
        "no base64": (public.format(good_id, encoded[:-4] + "****"), "is not base64"),
        "an id that does not fit": (public.format("00000000", encoded), "the key's id does not fit the key"),
        "an id of another name": (public.replace("ministry", "minister").format(good_id, encoded), "the key's id"),
        "a private key": (PRIVATE, "holds a private key; give the public one"),
        "no text": (b"\xff\xfe\x00", "cannot be read"),
    }


@pytest.mark.parametrize("what", keys())
def test_what_is_no_public_key_is_refused_and_told_why(tmp_path: Path, what: str) -> None:
    content, said = keys()[what]
    file = tmp_path / "key.pub"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadInput, match=said):
        signing.read_public(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PUBLIC, "holds no private key; `ledger checkpoint keygen` makes one"),
        (PRIVATE.replace("c74f20a3", "c74f20a4"), "the key's id does not fit the key"),
        (PRIVATE.replace("PeterNeumann", "PeterNewmann"), "the key's id does not fit the key"),
        (PRIVATE[:-4], "holds no Ed25519 key"),
    ],
)
def test_what_is_no_private_key_is_refused_and_told_why(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(BadInput, match=said):
        signing.read_private(file)


@pytest.mark.parametrize("read", [signing.read_private, signing.read_public])
def test_a_key_file_that_is_not_there_is_bad_input(tmp_path: Path, read: Callable[[Path], signing.Key]) -> None:
    with pytest.raises(BadInput, match="cannot be read: No such file or directory"):
        read(tmp_path / "key")
