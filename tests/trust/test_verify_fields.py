"""A byte changed in any field of any line is found, by the check that is for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.lines import content_of, fact_id
from tests.kit.strategies import facts
from tests.trust.scene import SIZE, Scene, content_id, first_of, forged, put_state, state

Place = tuple[int, str]

POSITIONS = (1, 4, 5, 10, 11, 13, 22, 25)
"""One line of each kind; among them they have every field."""


def places(line: bytes) -> dict[str, tuple[int, int]]:
    """Where each value of a line stands in its bytes, by the field's name: `note`, `source.url`, `changes.due`."""
    found: dict[str, tuple[int, int]] = {}

    def walk(value: dict[str, Any], prefix: str, start: int) -> None:
        at = start
        for name, inner in value.items():
            written = json.dumps(inner, ensure_ascii=False, separators=(",", ":")).encode()
            label = json.dumps(name).encode() + b":"
            at = line.index(label + written, at) + len(label)
            if isinstance(inner, dict):
                walk(inner, f"{prefix}{name}.", at)
            else:
                found[f"{prefix}{name}"] = at, at + len(written)
            at += len(written)

    walk(json.loads(line), "", 0)
    return found


def another_byte(line: bytes, start: int, stop: int) -> bytes:
    """The line with the last letter or digit between two places replaced by another: the value is another."""
    at = max(match.start() for match in re.finditer(rb"[0-9A-Za-z]", line[start:stop])) + start
    turned = line[at : at + 1].translate(
        bytes.maketrans(
            b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            b"1234567890bcdefghijklmnopqrstuvwxyzaBCDEFGHIJKLMNOPQRSTUVWXYZA",
        )
    )
    assert turned != line[at : at + 1]
    return line[:at] + turned + line[at + 1 :]


def fields() -> list[Place]:
    """Every field of the lines at `POSITIONS`: written down, and held against the record by a test."""
    envelope = ["id", "kind", "recorded_at", "recorded_by"]
    described = ["title", "theme", "nature", "strength"]
    source = ["source.title", "source.url"]
    dated = ["commitment", "parties", "occurred_on"]
    of = {
        1: ["statement", "title", "parties", "occurred_on", "place", "url", "text"],
        4: [*dated, "statement", "paragraph", "quote", *described, "due", "due_basis"],
        5: [*dated, *source, "source.published_on", *described],
        10: [*dated, *source, "source.published_on", "occurrence", "note"],
        11: [*dated, *source, "source.published_on", "score", "assessor", "note"],
        13: [*dated, *source, "reason", "note"],
        22: ["commitment", "event", "reason"],
        25: ["commitment", "reason", *(f"changes.{name}" for name in (*described, "due", "due_basis", "parties"))],
    }
    return [(position, name) for position in POSITIONS for name in envelope + of[position]]


def test_the_fields_are_all_that_these_lines_have(untouched: Scene) -> None:
    lines = untouched.lines()
    real = {(position, name) for position in POSITIONS for name in places(lines[position - 1])}
    assert real == set(fields())
    assert len({json.loads(lines[position - 1])["kind"] for position in POSITIONS}) == 8


@pytest.mark.parametrize(("position", "name"), fields(), ids=str)
def test_a_byte_changed_in_a_field_is_found(scene: Scene, position: int, name: str) -> None:
    with scene.tampering() as log:
        line = state(log, position)
        put_state(log, position, another_byte(line, *places(line)[name]))
    scene.forget_views()
    found = first_of(scene.audit(scene.before))
    contradicted = {"checkpoints": None}
    if name == "recorded_by":  # outside of the id, and not even in order: only a checkpoint knows
        assert found == contradicted
    elif name == "recorded_at":
        assert found == contradicted | {"lines": position}  # the last letter is the zone
    else:
        assert found["lines"] == position
        assert found["checkpoints"] is None


@pytest.mark.parametrize("position", POSITIONS)
def test_a_name_of_a_field_changed_is_found(scene: Scene, position: int) -> None:
    for name in json.loads(scene.lines()[position - 1]):
        with scene.tampering() as log:
            line = state(log, position)
            label = json.dumps(name).encode() + b":"
            start = line.index(label)
            put_state(log, position, another_byte(line, start, start + len(label)))
        assert first_of(scene.audit())["lines"] == position, name
        with scene.tampering() as log:
            put_state(log, position, line)
    assert scene.audit(scene.before) == ()


@settings(max_examples=60)
@given(position=st.integers(1, SIZE), at=st.integers(0, 10_000), other=st.integers(1, 255))
def test_any_byte_changed_in_any_line_is_found_against_a_checkpoint(
    copies: Callable[[], Scene], position: int, at: int, other: int
) -> None:
    scene = copies()
    with scene.tampering() as log:
        line = bytearray(state(log, position))
        line[at % len(line)] ^= other
        put_state(log, position, bytes(line))
    assert "checkpoints" in first_of(scene.audit(scene.before))


def test_a_time_within_its_neighbours_is_known_to_a_checkpoint_alone(scene: Scene) -> None:
    with scene.tampering() as log:
        line = state(log, 12)
        assert b"09:03:00.000000Z" in line
        put_state(log, 12, line.replace(b"09:03:00.000000Z", b"09:03:00.000001Z"))
    scene.forget_views()
    assert scene.audit() == ()
    assert first_of(scene.audit(scene.before)) == {"checkpoints": None}


@given(facts())
def test_forgeries_here_have_the_ids_that_the_program_would_give(fact: Any) -> None:
    content = content_of(fact)
    assert content_id(content) == fact_id(fact)
    assert json.loads(forged(json.dumps(content).encode()))["id"] == fact_id(fact)
