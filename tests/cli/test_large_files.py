"""A file large enough for several processes: the same is recorded, refused and restored as from a small one."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.kit.process import Program

LINES: Final = 20_001
"""One more than what is judged by one process."""

_SOURCE: Final = {"title": "A paper", "url": "https://example.org/a"}


def _fact(number: int) -> dict[str, Any]:
    """Five facts to a commitment, of which the first makes it; the commitments take turns."""
    commitment = {"commitment": f"oaks-{number % 4_000}", "source": _SOURCE}
    if number < 4_000:
        described = {"title": f"Plant oak {number}", "nature": "standing", "strength": "high"}
        return {"kind": "made", "occurred_on": "2025-01-01", "parties": ["JPN", "KOR"], **commitment, **described}
    return {"kind": "reaffirmed", "occurred_on": f"2025-02-{1 + number // 4_000:02}", **commitment}


@pytest.fixture
def large(program: Program) -> Program:
    program("init").ok()
    (program.folder / "in.jsonl").write_text("".join(json.dumps(_fact(n)) + "\n" for n in range(LINES)))
    return program


def test_it_is_recorded_in_its_order_and_restored(large: Program) -> None:
    assert large("import", "in.jsonl").err == f"{LINES} recorded, 0 already recorded, 0 skipped\n"
    large("verify").ok()
    exported = large("export").ok()
    stated = [json.loads(line) for line in exported.splitlines()]
    assert [line["commitment"] for line in stated] == [f"oaks-{n % 4_000}" for n in range(LINES)]
    assert {tuple(line["parties"]) for line in stated} == {("JPN", "KOR")}

    (large.folder / "out.jsonl").write_text(exported)
    large("--db", "again.db", "restore", "out.jsonl").ok()
    assert large("--db", "again.db", "export").ok() == exported

    again = large("import", "in.jsonl")
    assert again.err == f"0 recorded, {LINES} already recorded, 0 skipped\n"


def test_each_fault_is_told_with_its_line_and_nothing_is_recorded(large: Program) -> None:
    file = large.folder / "in.jsonl"
    lines = file.read_text().splitlines()
    lines[9_999] = lines[9_999].replace("reaffirmed", "made")
    lines[15_000] = "no JSON"
    file.write_text("\n".join(lines) + "\n")
    refused = large("import", "in.jsonl")
    assert refused.code == 2
    assert [line.split(":")[0] for line in refused.err.splitlines()[:2]] == ["line 10000", "line 15001"]
    assert large("export").ok() == ""


def test_a_line_that_was_altered_is_found_and_nothing_is_created(large: Program) -> None:
    large("import", "in.jsonl").ok()
    exported = large("export").ok().splitlines()
    exported[12_345] = exported[12_345].replace("2025-02-", "2025-03-")
    (large.folder / "out.jsonl").write_text("\n".join(exported) + "\n")
    refused = large("--db", "again.db", "restore", "out.jsonl")
    assert refused.code == 1
    assert "12346" in refused.err
    assert not (large.folder / "again.db").exists()
