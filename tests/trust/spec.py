"""What outsiders check with: the formats from their specifications' words, and nothing of the program's own.

C2SP signed-note: a note is a text that ends in a newline, an empty line, and signature lines. A signature line is
an em dash, a space, the key's name, a space, and base64 of the key's id (4 bytes) and the signature. The id of an
Ed25519 key is the first 4 bytes of SHA-256 over name, 0x0A, 0x01 and the 32 bytes of the key; the signature is
over the text with its final newline. A public key is written `name+id+base64(0x01 key)`, the id in hex.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

DASH = b"\xe2\x80\x94 "


def key_id(name: bytes, public: bytes) -> bytes:
    return sha256(name + b"\x0a\x01" + public).digest()[:4]


def is_good(note: bytes, public_key: str) -> bool:
    """Whether a note bears a good signature of this key."""
    written, stated_id, encoded = public_key.removesuffix("\n").split("+", 2)
    name, kind, public = written.encode(), b64decode(encoded)[:1], b64decode(encoded)[1:]
    assert (kind, len(public), stated_id) == (b"\x01", 32, key_id(name, public).hex())
    at = note.index(b"\n\n") + 1
    text, signatures = note[:at], note[at + 1 :]
    assert signatures.endswith(b"\n")
    for line in signatures.removesuffix(b"\n").split(b"\n"):
        assert line.startswith(DASH)
        signer, raw = line.removeprefix(DASH).split(b" ")
        if signer == name and b64decode(raw, validate=True)[:4] == key_id(name, public):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(b64decode(raw)[4:], text)
            except InvalidSignature:
                return False
            return True
    return False


class Signer:
    """A key pair of an outsider, who signs what and as whom he likes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._private = Ed25519PrivateKey.generate()
        self.public = self._private.public_key().public_bytes_raw()

    @property
    def public_key(self) -> str:
        encoded = b64encode(b"\x01" + self.public).decode()
        return f"{self.name}+{key_id(self.name.encode(), self.public).hex()}+{encoded}\n"

    def line(self, signed: bytes, *, name: str | None = None, stated_id: bytes | None = None) -> bytes:
        """A signature line over these bytes, as honest as is asked."""
        stated = stated_id if stated_id is not None else key_id(self.name.encode(), self.public)
        encoded = b64encode(stated + self._private.sign(signed))
        return DASH + (name or self.name).encode() + b" " + encoded + b"\n"
