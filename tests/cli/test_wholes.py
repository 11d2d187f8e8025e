"""The ledger as a whole: made, taken out, brought back, built anew, reported on, and described."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from ledger.record import lines_of
from tests.cli.conftest import files, lines
from tests.kit.process import Program


def test_init_makes_an_empty_ledger_and_says_how_to_go_on(program: Program) -> None:
    made = program("init")

    assert (made.code, made.out) == (0, "")
    assert "ledger.db" in made.err and "empty" in made.err
    assert lines(program) == []
    assert files(program) == {Path("ledger.db")}


def test_init_with_the_shipped_record_is_the_shipped_bytes(program: Program) -> None:
    program("init", "--record", "brussels").ok()

    shipped = lines_of("brussels")
    assert lines(program) == shipped
    assert program("export").ok().encode() == b"".join(line + b"\n" for line in shipped)


def test_an_export_is_restored_byte_for_byte(pact: Program, program: Program) -> None:
    exported = pact("export").ok()
    assert exported.encode() == b"".join(line + b"\n" for line in lines(pact))
    (program.folder / "backup.jsonl").write_text(exported, newline="")

    restored = program("restore", "backup.jsonl")
    assert (restored.code, restored.out) == (0, "")
    assert "29 events" in restored.err
    program("--db", "piped.db", "restore", "-", stdin=exported).ok()

    assert program("export").ok() == program("--db", "piped.db", "export").ok() == exported
    as_of = ("--as-of", "2026-01-31", "--format", "json")
    assert program("status", *as_of).ok() == pact("status", *as_of).ok()


def test_an_export_to_a_file_is_the_same_bytes_packed_or_not(pact: Program, program: Program) -> None:
    db = ("--db", str(pact.folder / "ledger.db"))
    exported = program(*db, "export").ok().encode()

    plain = program(*db, "export", "-o", "backup.jsonl")
    assert (plain.code, plain.out) == (0, "")
    assert "29 events" in plain.err and "backup.jsonl" in plain.err
    packed = program(*db, "export", "--output", "backup.jsonl.gz")
    assert packed.code == 0, packed.err

    assert (program.folder / "backup.jsonl").read_bytes() == exported
    assert gzip.decompress((program.folder / "backup.jsonl.gz").read_bytes()) == exported
    program("restore", "backup.jsonl.gz").ok()
    assert program("export").ok().encode() == exported


def test_a_part_of_the_log_is_exported_for_what_comes_after_a_backup(pact: Program) -> None:
    since = pact("export", "--since", "20").ok().encode()

    assert since == b"".join(line + b"\n" for line in lines(pact)[20:])
    assert pact("export", "--since", "29").ok() == ""


def test_an_export_replaces_an_older_one_whole(pact: Program, program: Program) -> None:
    older = program.folder / "backup.jsonl"
    older.write_text("an older backup, and a longer one\n" * 10_000)

    program("--db", str(pact.folder / "ledger.db"), "export", "-o", "backup.jsonl").ok()

    assert older.read_bytes() == b"".join(line + b"\n" for line in lines(pact))
    assert files(program) == {Path("backup.jsonl")}, "nothing is left beside it"


def _edit(position: int, old: bytes, new: bytes) -> Callable[[list[bytes]], None]:
    def edit(log: list[bytes]) -> None:
        assert old in log[position - 1]
        log[position - 1] = log[position - 1].replace(old, new)

    return edit


def _swap(log: list[bytes]) -> None:
    log[18], log[19] = log[19], log[18]


def _cut(log: list[bytes]) -> None:
    log[19] = log[19][:40]


def _drop(log: list[bytes]) -> None:
    del log[2]


def _twice(log: list[bytes]) -> None:
    log.append(log[0].replace(b"2026-01-05T09:01", b"2026-01-20T09:01"))


TAMPERED: Final[dict[str, tuple[Callable[[list[bytes]], None], str]]] = {
    "a word was changed": (_edit(10, b"A million", b"A billion"), "line 10: "),
    "a field was added": (_edit(10, b'"note"', b'"mood":"good","note"'), "line 10: "),
    "an id is missing": (_edit(10, b'"id":', b'"ID":'), "line 10: "),
    "a time runs backwards": (_edit(20, b"2026-01-12", b"2026-01-04"), "line 20: "),
    "a time has another form": (_edit(20, b"000000Z", b"000000+00:00"), "line 20: "),
    "two lines changed places": (_swap, "line 20: "),
    "a line was cut off": (_cut, "line 20: "),
    "a line is missing": (_drop, "line 5: "),
    "a line is there twice": (_twice, "line 30: "),
    "a line is empty": (lambda log: log.insert(4, b""), "line 5: "),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_lines_that_are_not_as_recorded_are_findings_and_nothing_is_made(
    pact: Program, program: Program, how: str
) -> None:
    tamper, where = TAMPERED[how]
    log = lines(pact)
    tamper(log)

    done = program("restore", "-", stdin=b"".join(line + b"\n" for line in log))

    assert (done.code, done.out) == (1, "")
    *findings, last = done.err.splitlines()
    assert any(finding.startswith(where) for finding in findings), done.err
    assert last.startswith("error: nothing was created")
    assert files(program) == set()


def test_nothing_at_all_is_restored_as_an_empty_ledger(program: Program) -> None:
    program("restore", "-", stdin="").ok()

    assert lines(program) == []


def test_the_views_are_built_anew_from_the_log_alone(scratch: Program) -> None:
    before = {args: scratch(*args).ok() for args in (("status",), ("log", "--words", "million"))}

    rebuilt = scratch("rebuild")
    assert (rebuilt.code, rebuilt.out, rebuilt.err) == (0, "", "rebuilt the views from 29 events\n")

    views = scratch.folder / "ledger.db.views.db"
    for spoil in (_spoiled, Path.unlink):
        spoil(views)
        assert {args: scratch(*args).ok() for args in before} == before


def _spoiled(views: Path) -> None:
    views.write_bytes(b"no database" * 1000)


def test_views_of_another_ledger_are_not_believed(scratch: Program, shipped: Program) -> None:
    """A copied or restored file beside old views must never be answered from them."""
    shipped("status").ok()
    shutil.copy(shipped.folder / "ledger.db.views.db", scratch.folder)

    assert "trees" in scratch("status").ok()
    assert "apec-2025" not in scratch("status").ok()


# report


def test_a_report_goes_to_stdout_or_to_a_file_whole(pact: Program, program: Program) -> None:
    db = ("--db", str(pact.folder / "ledger.db"))
    text = program(*db, "report", "--as-of", "2026-01-31").ok()

    written = program(*db, "report", "--as-of", "2026-01-31", "-o", "report.md")

    assert (written.code, written.out) == (0, "")
    assert "report.md" in written.err
    assert (program.folder / "report.md").read_bytes().decode() == text
    assert files(program) == {Path("report.md")}
    assert text.endswith("\n") and not text.endswith("\n\n")


def test_a_refused_report_leaves_the_older_one(pact: Program, program: Program) -> None:
    (program.folder / "report.md").write_text("The older one.\n")

    refused = program("--db", str(pact.folder / "ledger.db"), "report", "FRA", "-o", "report.md")

    assert refused.code == 3
    assert (program.folder / "report.md").read_text() == "The older one.\n"
    assert files(program) == {Path("report.md")}


def test_a_report_names_who_is_overdue_and_what_changed(pact: Program) -> None:
    text = pact("report", "--as-of", "2026-01-31", "--since", "2025-12-01").ok()

    assert "## What changed since 2025-12-01" in text
    assert "status fulfilled → lapsed" in text
    overdue = text.split("## Overdue")[1].split("##")[0]
    assert "- `seed-bank`, KOR: due 2025-12-01, made since 2025-02-01" in overdue
    assert "- `seed-bank`, USA: due 2025-12-01, made since 2025-02-01" in overdue
    assert "What changed" not in pact("report", "--as-of", "2026-01-31").ok()


def test_a_report_is_of_the_countries_and_the_times_that_were_asked(pact: Program) -> None:
    of_japan = pact("report", "jpn", "--as-of", "2026-01-31").ok()
    assert "Countries: Japan (JPN)." in of_japan
    assert "seed-bank" not in of_japan
    assert "- **KOR**" not in of_japan

    then = pact("report", "--as-of", "2025-11-30", "--known-at", "21").ok()
    assert "As of 2025-11-30" in then
    assert "position 21" in then
    bank = then.split("### seed-bank")[1].split("###")[0]
    assert "- **USA**: fulfilled since 2025-11-01" in bank
    assert "retracted" not in bank


def test_a_report_tells_corrections_in_words(pact: Program) -> None:
    corrected = pact("report", "KOR", "--as-of", "2026-01-31").ok().split("### nursery")[1].split("###")[0]

    assert "parties: JPN KOR USA" in corrected
    assert "None" not in corrected and "due" in corrected.split("Taken from the draft")[1]


def test_a_report_names_no_recorder(pact: Program) -> None:
    """Pages for the public leave out who recorded."""
    assert "tester" not in pact("report", "--as-of", "2026-01-31").ok()


def test_a_report_says_which_record_it_was_made_from(pact: Program) -> None:
    """Size and root, as in a checkpoint: so each published report anchors the history before it."""
    _, size, root = pact("checkpoint").ok().splitlines()[:3]

    text = pact("report", "--as-of", "2026-01-31").ok()

    assert size == "29"
    assert "29 events" in text
    assert root in text


# schema


def test_the_schema_describes_every_kind_with_its_required_fields(program: Program) -> None:
    schema: dict[str, Any] = json.loads(program("schema").ok())

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    kinds = {
        kind: schema["$defs"][ref.rsplit("/", 1)[1]] for kind, ref in schema["discriminator"]["mapping"].items()
    }
    required = {kind: set(model["required"]) - {"kind"} for kind, model in kinds.items()}
    assert required == {
        "registered": {"statement", "title", "occurred_on", "parties"},
        "made": {"commitment", "occurred_on"},
        "reaffirmed": {"commitment", "occurred_on"},
        "fulfilled": {"commitment", "occurred_on", "source", "note"},
        "lapsed": {"commitment", "occurred_on", "source", "note", "reason"},
        "assessed": {"commitment", "occurred_on", "source", "score"},
        "amended": {"commitment", "changes", "reason"},
        "retracted": {"event", "reason"},
    }


@pytest.mark.parametrize("record", ["pact", "shipped"])
def test_the_schema_knows_every_field_that_is_written_and_its_form(
    record: str, request: pytest.FixtureRequest
) -> None:
    program: Program = request.getfixturevalue(record)
    schema: dict[str, Any] = json.loads(program("schema").ok())
    kinds = schema["discriminator"]["mapping"]

    for line in map(json.loads, lines(program)):
        model = schema["$defs"][kinds[line["kind"]].rsplit("/", 1)[1]]
        assert model["additionalProperties"] is False
        for name, value in line.items():
            field = model["properties"][name]
            if "pattern" in field:
                assert re.search(field["pattern"], value), (name, value)
            if "enum" in field:
                assert value in field["enum"]
            if "const" in field:
                assert value == field["const"]
