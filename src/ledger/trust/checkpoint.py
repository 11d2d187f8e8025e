"""Checkpoints: what a record was at a size, in the form of C2SP's tlog-checkpoint and signed-note."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from ledger.errors import BadInput

_SIGNATURE: Final = "\u2014 "
"""A signature line begins with an em dash and a space."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first `size` lines of the record `origin` have this `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is published, and that a signature is over."""
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: the name of the key, the four bytes of its id, and the signature proper."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as it was published: the exact `text` that was signed, and the signatures under it."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[Signature, ...]


def origin_of(first_leaf: bytes) -> str:
    """The name of the record whose first line has this leaf hash; a restore keeps it (design, section 7)."""
    return f"commitment-ledger/{first_leaf.hex()[:12]}"


def encode(raw: bytes) -> str:
    """Base64 as checkpoints write it."""
    return base64.b64encode(raw).decode()


def decode(text: str) -> bytes:
    """The bytes of standard base64. Raises `BadInput`."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"{text[:60]!r} is not base64") from None


def parse(text: str) -> Note:
    """A checkpoint, signed or not. Raises `BadInput`."""
    body, blank, signed = text.partition("\n\n")
    body = body if not blank else f"{body}\n"
    lines = body.split("\n")
    if len(lines) < 4 or lines[-1] or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise BadInput("this is no checkpoint: it has an origin, a size and a root, each on a line")
    root = decode(lines[2])
    if len(root) != 32:
        raise BadInput("this is no checkpoint: its root is not a SHA-256 hash in base64")
    checkpoint = Checkpoint(lines[0], int(lines[1]), root)
    return Note(checkpoint, body, tuple(_signature(line) for line in signed.splitlines()))


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_SIGNATURE).partition(" ")
    if not line.startswith(_SIGNATURE) or not name or not encoded:
        raise BadInput("a signature is a line with an em dash, the key's name and base64")
    raw = decode(encoded)
    if len(raw) < 5:
        raise BadInput(f"the signature of {name} is too short")
    return Signature(name, raw[:4], raw[4:])


def signature_line(signature: Signature) -> str:
    """A signature as a note writes it, with its newline."""
    return f"{_SIGNATURE}{signature.name} {encode(signature.key_id + signature.signature)}\n"
