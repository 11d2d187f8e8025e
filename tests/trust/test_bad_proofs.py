"""Proofs that prove nothing, and files that are no proofs."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.errors import BadInput
from ledger.trust.proof import prove, read
from tests.trust.conftest import Console
from tests.trust.scene import SIZE, Scene
from tests.trust.test_prove import MEMBERS, POSITION, event

Change = Callable[[dict[str, Any]], object]


def flip(encoded: str) -> str:
    raw = b64decode(encoded)
    return b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()


def without(name: str) -> Change:
    return lambda proof: {key: value for key, value in proof.items() if key != name}


def sized(proof: dict[str, Any], size: int) -> dict[str, Any]:
    origin, _, root, _ = proof["checkpoint"].split("\n")
    return proof | {"size": size, "checkpoint": f"{origin}\n{size}\n{root}\n"}


PROVES_NOTHING: dict[str, Change] = {
    "another line": lambda proof: proof | {"line": proof["line"].replace("Busan", "Pusan")},
    "a line with a space more": lambda proof: proof | {"line": proof["line"] + " "},
    "another recorder": lambda proof: proof | {"line": proof["line"].replace('_by":"tester"', '_by":"another"')},
    "the next index": lambda proof: proof | {"index": proof["index"] + 1},
    "the index before": lambda proof: proof | {"index": proof["index"] - 1},
    "an index below zero": lambda proof: proof | {"index": -1},
    "an index beyond the size": lambda proof: proof | {"index": SIZE},
    "an enormous index": lambda proof: proof | {"index": 10**30},
    "twice the size": lambda proof: sized(proof, 64),
    "half the size": lambda proof: sized(proof, 15),
    "no size at all": lambda proof: sized(proof, 0),
    "another root": lambda proof: proof | {"checkpoint": proof["checkpoint"].replace(
        proof["checkpoint"].split("\n")[2], flip(proof["checkpoint"].split("\n")[2]))},
    "a hash altered": lambda proof: proof | {"hashes": [flip(proof["hashes"][0]), *proof["hashes"][1:]]},
    "a hash left out": lambda proof: proof | {"hashes": proof["hashes"][:-1]},
    "a hash put in": lambda proof: proof | {"hashes": [*proof["hashes"], proof["hashes"][0]]},
    "two hashes exchanged": lambda proof: proof | {
        "hashes": [proof["hashes"][1], proof["hashes"][0], *proof["hashes"][2:]]},
    "no hashes": lambda proof: proof | {"hashes": []},
    "a hash too short": lambda proof: proof | {"hashes": [b64encode(bytes(31)).decode(), *proof["hashes"][1:]]},
}  # fmt: skip

IS_NO_PROOF: dict[str, tuple[Change, str]] = {
    **{f"no {name}": (without(name), "this is no inclusion proof") for name in MEMBERS},
    "a list": (lambda proof: [proof], "this is no inclusion proof"),
    "a number": (lambda proof: 7, "this is no inclusion proof"),
    "text": (lambda proof: "proof", "this is no inclusion proof"),
    "null": (lambda proof: None, "this is no inclusion proof"),
    "a line that is a number": (lambda proof: proof | {"line": 7}, "not of the kinds they should be"),
    "a line with half a character": (lambda proof: proof | {"line": "\ud800"}, "half a character"),
    "an index in words": (lambda proof: proof | {"index": "11"}, "not of the kinds they should be"),
    "an index with a point": (lambda proof: proof | {"index": 11.0}, "not of the kinds they should be"),
    "an index that is true": (lambda proof: proof | {"index": True}, "not of the kinds they should be"),
    "hashes that are text": (lambda proof: proof | {"hashes": "".join(proof["hashes"])}, "not of the kinds"),
    "hashes that are an object": (lambda proof: proof | {"hashes": {}}, "not of the kinds"),
    "a hash that is a number": (lambda proof: proof | {"hashes": [7]}, "not of the kinds"),
    "a hash that is no base64": (lambda proof: proof | {"hashes": ["****"]}, "'****' is not base64"),
    "a checkpoint that is an object": (lambda proof: proof | {"checkpoint": {}}, "not of the kinds"),
    "a checkpoint that is none": (lambda proof: proof | {"checkpoint": "June\n"}, "this is no checkpoint"),
    "a size that is not its checkpoint's": (lambda proof: proof | {"size": 28}, "its size is 28"),
    "a size in words": (lambda proof: proof | {"size": "29"}, "this proof contradicts itself"),
}  # fmt: skip


def checked(console: Console, content: str | bytes) -> tuple[int, str, str]:
    Path("proof.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = console("prove", "--check", "proof.json")
    return outcome.code, outcome.out, outcome.err


@pytest.mark.parametrize("what", PROVES_NOTHING)
def test_a_mutated_proof_proves_nothing(console: Console, scene: Scene, what: str) -> None:
    proof = json.loads(console("prove", event(scene)).ok())
    code, out, err = checked(console, json.dumps(PROVES_NOTHING[what](proof)))
    assert (code, out) == (1, "")
    assert err.startswith("error: proof.json proves nothing: its line is not at ")


@pytest.mark.parametrize("what", IS_NO_PROOF)
def test_what_is_no_proof_is_bad_input(console: Console, scene: Scene, what: str) -> None:
    change, said = IS_NO_PROOF[what]
    code, out, err = checked(console, json.dumps(change(json.loads(console("prove", event(scene)).ok()))))
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert said in err


NO_JSON = {
    "nothing": b"",
    "words": b"a proof",
    "half of it": b'{"line": "',
    "no text": b"\xff\xfe\x00",
    "depth": b"[" * 100_000,
    "a number without end": b'{"index": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("what", NO_JSON)
def test_what_is_no_json_is_bad_input(console: Console, what: str) -> None:
    code, out, err = checked(console, NO_JSON[what])
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


@settings(max_examples=150)
@given(at=st.integers(0, 10**6), other=st.integers(1, 127))
def test_a_byte_changed_anywhere_in_a_proof_changes_nothing_that_it_proves(
    untouched: Scene, at: int, other: int
) -> None:
    with untouched.ledger() as ledger:
        good = read(_written(ledger))
        raw = bytearray(_written(ledger).encode())
    raw[at % len(raw)] ^= other
    with suppress(BadInput, UnicodeDecodeError):
        proof = read(raw.decode())
        told = (proof.line, proof.index, proof.hashes, proof.note.checkpoint.size, proof.note.checkpoint.root)
        same = (good.line, good.index, good.hashes, good.note.checkpoint.size, good.note.checkpoint.root)
        assert proof.holds() == (told == same)  # what is left is white space, and the origin, which is not hashed


def _written(ledger: Ledger) -> str:

    line = list(ledger.export())[POSITION - 1]
    return prove(line, POSITION - 1, ledger.leaf_hashes(), ledger.checkpoint().body()).to_json()
