"""Lines that a released version wrote are read by this one, and mean the same (design, section 4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from ledger.events.fields import Source
from ledger.events.kinds import (
    Amended,
    Assessed,
    Changes,
    Fulfilled,
    Lapsed,
    Made,
    Reaffirmed,
    Registered,
    Retracted,
)
from ledger.events.vocabulary import DueBasis, LapseReason, Nature, Strength
from tests.golden.record import HERE, status
from tests.kit.process import Program

GOLDEN: Final = sorted(HERE.glob("lines-*.jsonl"))
FIRST: Final = HERE / "lines-0.1.0.jsonl"


def test_the_first_version_left_its_lines() -> None:
    assert FIRST in GOLDEN


@pytest.mark.parametrize("written", GOLDEN, ids=lambda path: path.stem)
def test_lines_of_every_version_are_restored_byte_for_byte_and_mean_the_same(
    program: Program, written: Path
) -> None:
    lines = written.read_bytes()
    expected = written.with_name(written.name.replace("lines-", "status-")).with_suffix(".json")

    program("restore", "-", stdin=lines).ok()

    assert program("export").ok().encode() == lines
    # Fields may come to be added to a row; those that were promised stay as they were.
    now: list[dict[str, Any]] = json.loads(status(program))
    then: list[dict[str, Any]] = json.loads(expected.read_text(encoding="utf-8"))
    assert [
        {name: row.get(name, "is gone") for name in of_then} for row, of_then in zip(now, then, strict=True)
    ] == then
    assert program("verify").code == 0


@pytest.mark.parametrize("written", GOLDEN, ids=lambda path: path.stem)
def test_lines_of_every_version_are_known_again_when_they_are_imported(program: Program, written: Path) -> None:
    """The same fact has the same id in every version, so that importing it is no second fact."""
    program("restore", "-", stdin=written.read_bytes()).ok()

    again = program("import", "-", stdin=written.read_bytes())

    assert again.code == 0, again.err
    assert again.err.splitlines()[-1].startswith("0 recorded, ")
    assert program("export").ok().encode() == written.read_bytes()


MODELS: Final = (Registered, Made, Reaffirmed, Fulfilled, Lapsed, Assessed, Amended, Retracted)


def test_the_first_version_s_lines_use_every_kind_and_every_field() -> None:
    """So that no field can change its form unnoticed."""
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in FIRST.read_text(encoding="utf-8").split("\n") if line
    ]
    used = {(line["kind"], name) for line in lines for name in line}

    for model in MODELS:
        kind = model.model_fields["kind"].default
        assert {name for name in model.model_fields if (kind, name) not in used} == set(), kind
    inner = {name for line in lines for name in line.get("source", ())}
    assert inner == set(Source.model_fields)
    assert {name for line in lines for name in line.get("changes", ())} == set(Changes.model_fields)
    for name, words in {
        "nature": Nature,
        "strength": Strength,
        "due_basis": DueBasis,
        "reason": LapseReason,
    }.items():
        assert set(get_args(words)) <= {line.get(name) for line in lines}, name
    assert {line["score"] for line in lines if "score" in line} == {-1, 0, 1}
