"""Ed25519 keys and signatures of C2SP's signed-note, by the `cryptography` library (the extra `sign`).

Keys are kept in the text forms of that format: `PRIVATE+KEY+name+id+key` and `name+id+key`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.errors import BadInput
from ledger.trust.checkpoint import Note, Signature, decode, encode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519: Final = b"\x01"
"""The format's byte for this kind of key and signature."""
_LONGEST: Final = 10_000
"""Characters that are read of a file that should hold a key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of 32 bytes and its name, which is the origin of the record that it signs for."""

    name: str
    raw: bytes

    def id_for(self, public: bytes) -> bytes:
        """The four bytes that a signature line begins with."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def generate(name: str) -> tuple[str, str]:
    """A new key pair as text: the private key, and the public key."""
    if not re.fullmatch(r"[^\s+]+", name):
        raise BadInput(f"{name!r} is no name for a key: it has no space and no plus sign")
    key = Key(name, os.urandom(32))
    public = _public_bytes(_private(key))
    key_id = key.id_for(public).hex()
    return (
        f"PRIVATE+KEY+{name}+{key_id}+{encode(_ED25519 + key.raw)}\n",
        f"{name}+{key_id}+{encode(_ED25519 + public)}\n",
    )


def write_keys(path: Path, private: str, public: str) -> Path:
    """Write the private key for its owner alone, and the public one beside it; neither over another file."""
    beside = Path(f"{path}.pub")
    if beside.exists():
        raise BadInput(f"{beside} is there already, and a key is never written over")
    for file, text, mode in ((path, private, 0o600), (beside, public, 0o644)):
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            raise BadInput(f"{file} is there already, and a key is never written over") from None
        with os.fdopen(handle, "w") as out:
            out.write(text)
    return beside


def read_private(path: Path) -> Key:
    """The private key in a file. Raises `BadInput`."""
    text = _text(path)
    if not text.startswith("PRIVATE+KEY+"):
        raise BadInput(f"{path} holds no private key; `ledger checkpoint keygen` makes one")
    key, key_id = _key(path, text.removeprefix("PRIVATE+KEY+"))
    if key.id_for(_public_bytes(_private(key))) != key_id:
        raise BadInput(f"{path}: the key's id does not fit the key; the file is damaged")
    return key


def read_public(path: Path) -> Key:
    """The public key in a file. Raises `BadInput`."""
    text = _text(path)
    if text.startswith("PRIVATE+KEY+"):
        raise BadInput(f"{path} holds a private key; give the public one, and keep this to yourself")
    key, key_id = _key(path, text)
    if key.id_for(key.raw) != key_id:
        raise BadInput(f"{path}: the key's id does not fit the key; the file is damaged")
    return key


def sign(text: str, key: Key) -> Signature:
    """A signature over a note's text."""
    private = _private(key)
    return Signature(key.name, key.id_for(_public_bytes(private)), private.sign(text.encode()))


def is_signed_by(note: Note, key: Key) -> bool:
    """Whether a note carries a good signature by this public key."""
    public = _public(key)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - the extra `sign`

    for one in note.signatures:
        if (one.name, one.key_id) == (key.name, key.id_for(key.raw)):
            try:
                public.verify(one.signature, note.text.encode())
            except InvalidSignature:
                continue
            return True
    return False


def _key(path: Path, text: str) -> tuple[Key, bytes]:
    name, *rest = text.strip().split("+", 2)
    if len(rest) == 2 and re.fullmatch(r"[0-9a-f]{8}", rest[0]):
        raw = decode(rest[1])
        if raw[:1] == _ED25519 and len(raw) == 33:
            return Key(name, raw[1:]), bytes.fromhex(rest[0])
    raise BadInput(f"{path} holds no Ed25519 key of the signed-note format")


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from None


def _private(key: Key) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - the extra `sign`
    except ImportError:
        raise BadInput(_NEEDED) from None
    return ed25519.Ed25519PrivateKey.from_private_bytes(key.raw)


def _public(key: Key) -> Ed25519PublicKey:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - the extra `sign`
    except ImportError:
        raise BadInput(_NEEDED) from None
    return ed25519.Ed25519PublicKey.from_public_bytes(key.raw)


def _public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


_NEEDED: Final = "signatures need the library cryptography: pip install 'commitment-ledger[sign]'"
