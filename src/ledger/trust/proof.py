"""Inclusion proofs as JSON: that an event stands in a record, checked with neither the record nor this program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import BadInput
from ledger.trust import checkpoint as checkpoints
from ledger.trust.checkpoint import Note
from ledger.trust.merkle import inclusion_proof, leaf_hash, verify_inclusion


@dataclass(frozen=True, slots=True)
class Proof:
    """`line` stands at `index` (from 0) of what `note` is a checkpoint of; `hashes` is the audit path."""

    line: str
    index: int
    hashes: tuple[bytes, ...]
    note: Note
    note_text: str

    def holds(self) -> bool:
        """Whether it is so, as far as the checkpoint is to be believed."""
        point = self.note.checkpoint
        leaf = leaf_hash(self.line.encode())
        return verify_inclusion(leaf, self.index, point.size, self.hashes, point.root)

    def to_json(self) -> str:
        """The proof as a file keeps it: hashes and root in base64."""
        value = {
            "line": self.line,
            "index": self.index,
            "size": self.note.checkpoint.size,
            "hashes": [checkpoints.encode(one) for one in self.hashes],
            "checkpoint": self.note_text,
        }
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def prove(line: bytes, index: int, leaves: Sequence[bytes], note_text: str) -> Proof:
    """The proof that a line stands at `index` of these leaf hashes, which the checkpoint is over."""
    note = checkpoints.parse(note_text)
    return Proof(line.decode(), index, tuple(inclusion_proof(index, leaves)), note, note_text)


def read(text: str) -> Proof:
    """A proof from its JSON. Raises `BadInput`."""
    try:
        value = json.loads(text)
        line, index, size, hashes = value["line"], value["index"], value["size"], value["hashes"]
        note_text = value["checkpoint"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("this is no inclusion proof: it has line, index, size, hashes and checkpoint") from None
    texts = isinstance(line, str) and isinstance(note_text, str) and isinstance(hashes, list)
    if not texts or type(index) is not int or not all(isinstance(one, str) for one in hashes):
        raise BadInput("this is no inclusion proof: its parts are not of the kinds they should be")
    try:
        f"{line}{note_text}".encode()
    except UnicodeEncodeError:
        raise BadInput("this is no inclusion proof: it holds half a character") from None
    note = checkpoints.parse(note_text)
    if note.checkpoint.size != size:
        raise BadInput(
            f"this proof contradicts itself: its size is {size}, its checkpoint's {note.checkpoint.size}"
        )
    return Proof(line, index, tuple(map(checkpoints.decode, hashes)), note, note_text)
