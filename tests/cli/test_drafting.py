"""From a statement's text to a reviewed draft, and from that into the record; what is no statement is told so."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfWriter

from tests.cli.conftest import lines
from tests.kit.ledgers import shipped_text
from tests.kit.process import Outcome, Program

PARTIES: Final = ("--parties", "usa,jpn,kor")
ABOUT: Final = ("--id", "seoul-2025", "--title", "Seoul: a statement", "--on", "2025-04-13", *PARTIES)
TEXT: Final = """Joint Statement of Japan, the Republic of Korea and the United States

We, the leaders of Japan, the Republic of Korea and the United States, met today.

Security

We reaffirm our commitment to the complete denuclearization of North Korea. We condemn its launches.

We will plant ten thousand trees in Seoul by 2026.
"""
Row = dict[str, str]


@pytest.fixture
def desk(brussels: Program) -> Program:
    (brussels.folder / "seoul.txt").write_text(TEXT, encoding="utf-8")
    return brussels


def draft(program: Program, *more: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(program("draft", "seoul.txt", *ABOUT, *more).ok())))


def pledges(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] in ("made", "reaffirmed")]


def saved(program: Program, rows: list[Row], **how: str) -> None:
    """The rows as a spreadsheet saves them."""
    with (program.folder / "back.csv").open("w", encoding=how.pop("encoding", "utf-8"), newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **how)  # type: ignore[arg-type]
        writer.writeheader()
        writer.writerows(rows)


def test_every_sentence_has_a_row_with_its_verdict_and_reason(desk: Program) -> None:
    rows = draft(desk)
    assert [row["sentence"].split()[0] for row in rows] == ["Joint", "We,", "Security", "We", "We", "We", "Seoul:"]
    assert [row["verdict"] for row in rows] == [
        *("heading", "no pledge", "heading", "pledge", "no pledge", "pledge", "the statement")
    ]
    assert all(row["reason"] for row in rows[:-1])
    assert {row["keep"] for row in rows} == {""}
    again, trees = pledges(rows)
    assert (again["kind"], again["theme"], again["quote_paragraph"]) == ("reaffirmed", "security", "4")
    assert again["candidates"].startswith("dprk-denuclearization 0.")
    assert (trees["parties"], trees["due"], trees["strength"]) == ("JPN KOR USA", "2026-12-31", "high")
    assert trees["quote"] in TEXT


def test_nothing_is_recorded_without_a_person(desk: Program) -> None:
    before = lines(desk)
    saved(desk, draft(desk))
    done = desk("import", "back.csv")
    assert done.code == 0
    assert done.err.splitlines() == [
        "0 recorded, 0 already recorded, 0 skipped",
        "of the draft, 0 rejected, 2 await a decision in the column keep",
    ]
    assert lines(desk) == before


def reviewed(desk: Program, keeps: tuple[str, str] = ("TRUE", "x")) -> list[Row]:
    rows = draft(desk)
    again, trees = pledges(rows)
    again["keep"], trees["keep"] = keeps
    again["commitment"] = "dprk-denuclearization"
    return rows


def test_what_is_kept_goes_in_with_its_statement_and_only_once(desk: Program) -> None:
    before = len(lines(desk))
    saved(desk, reviewed(desk, ("Yes", "no")))
    tried = desk("import", "back.csv", "--dry-run")
    assert tried.err.startswith("2 would be recorded, 0 already recorded")
    assert len(lines(desk)) == before

    assert desk("import", "back.csv").err.startswith("2 recorded, 0 already recorded")
    statement, event = (json.loads(line) for line in lines(desk)[before:])
    assert (statement["kind"], statement["text"]) == ("registered", TEXT.strip())
    assert (event["kind"], event["commitment"]) == ("reaffirmed", "dprk-denuclearization")
    assert not {"title", "nature", "strength"} & event.keys(), "it keeps the description on record"

    saved(desk, reviewed(desk, ("Yes", "1")))
    assert desk("import", "back.csv").err.startswith("1 recorded, 2 already recorded")
    assert desk("import", "back.csv").err.startswith("0 recorded, 3 already recorded")


def test_a_commitment_that_two_rows_name_is_made_once_and_reaffirmed(desk: Program) -> None:
    rows = reviewed(desk)
    for row in pledges(rows):
        row["commitment"] = "trees"
    saved(desk, rows)
    assert desk("import", "back.csv").err.startswith("3 recorded")
    assert [json.loads(line)["kind"] for line in lines(desk)[-2:]] == ["reaffirmed", "reaffirmed"]
    assert desk("import", "back.csv").err.startswith("0 recorded, 3 already recorded")


@pytest.mark.parametrize("order", ["month", "day", "dots"])
def test_it_may_be_saved_as_spreadsheets_save_it(desk: Program, order: str) -> None:
    rows = reviewed(desk, (" tRuE ", "X"))
    shown = {"month": "4/13/2025", "day": "13/04/2025", "dots": "13.04.2025"}[order]
    due = {"month": "12/31/2026", "day": "31/12/2026", "dots": "31.12.2026"}[order]
    for row in rows:
        row["occurred_on"] = row["occurred_on"] and shown
        row["due"] = row["due"] and due
        row["my remarks"] = "to be checked"
    names = list(rows[0])
    random.Random(7).shuffle(names)
    rows = [{name: row[name] for name in names} for row in random.Random(7).sample(rows, len(rows))]
    saved(desk, rows, encoding="utf-8-sig", delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)  # type: ignore[arg-type]
    done = desk("import", "back.csv")
    assert done.err.startswith("3 recorded"), done.err
    assert {json.loads(line)["occurred_on"] for line in lines(desk)[-3:]} == {"2025-04-13"}


FAULTS: Final[dict[str, tuple[Callable[[Row], None], str]]] = {
    "a word that decides nothing": (lambda row: row.update(keep="maybe"), "keep: 'maybe' is neither yes nor no"),
    "a quote that is not there": (
        lambda row: row.update(quote="We will fly."),
        "quote the statement word for word",
    ),
    "a party that is none": (lambda row: row.update(parties="JPN, FRA"), "FRA"),
    "a day that is read two ways": (lambda row: row.update(occurred_on="3/4/2025"), "in two ways"),
    "no commitment": (lambda row: row.update(commitment=""), "commitment"),
    "a day that is none": (lambda row: row.update(occurred_on="soon"), "not a date"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_by_its_row(desk: Program, case: str) -> None:
    spoil, said = FAULTS[case]
    rows = reviewed(desk)
    for row in rows:
        row["due"] = row["due_basis"] = ""
    spoil(rows[3])
    before = lines(desk)
    saved(desk, rows)
    done = desk("import", "back.csv")
    assert done.code in (2, 3)
    assert done.err.startswith("line 5: "), done.err
    assert said in done.err
    assert lines(desk) == before


def test_a_sentence_without_a_proposal_is_kept_only_if_a_person_fills_it(desk: Program) -> None:
    rows = draft(desk)
    rows[4]["keep"] = "yes"
    saved(desk, rows)
    assert "line 6: it is kept, and proposes nothing yet" in desk("import", "back.csv").err


def test_utf_16_is_told(desk: Program) -> None:
    saved(desk, draft(desk), encoding="utf-16")
    done = desk("import", "back.csv")
    assert done.code == 2
    assert done.err.startswith("line 1: the line is not UTF-8 but UTF-16; save the file as CSV UTF-8\n")


def test_a_text_longer_than_a_cell_comes_back_whole(desk: Program) -> None:
    text = TEXT + "\n\n".join(f"This is paragraph {n} of a statement. " + "It goes on. " * 80 for n in range(80))
    (desk.folder / "seoul.txt").write_text(text, encoding="utf-8")
    rows = reviewed(desk)
    assert max(len(cell) for row in rows for cell in row.values()) <= 32_000
    assert "text_3" in rows[0]
    saved(desk, rows)
    assert desk("import", "back.csv").err.startswith("3 recorded"), desk("import", "back.csv").err
    assert json.loads(lines(desk)[-3])["text"].split() == text.split()


def test_lines_are_taken_as_they_are(desk: Program) -> None:
    told = desk("draft", "-", *ABOUT, "--format", "jsonl", stdin=TEXT).ok()
    assert [json.loads(line)["kind"] for line in told.splitlines()] == ["registered", "reaffirmed", "made"]
    assert desk("import", "-", stdin=told).err.startswith("3 recorded")


def test_a_name_that_is_on_record_for_something_else_is_not_taken(desk: Program) -> None:
    name = pledges(draft(desk))[1]["commitment"]
    made = (
        "--on",
        "2024-01-01",
        "--parties",
        "JPN",
        "--title",
        "Trees",
        "--nature",
        "standing",
        "--strength",
        "high",
    )
    source = ("--source-title", "A paper", "--source-url", "https://example.org/a")
    assert desk("make", name, *made, *source).code == 0
    assert pledges(draft(desk))[1]["commitment"] == f"{name}-2"
    assert desk("import", "-", stdin=desk("draft", "seoul.txt", *ABOUT, "--format", "jsonl").ok()).code == 0
    assert pledges(draft(desk))[1]["commitment"] == f"{name}-2", "it is on record for this, now"


def test_a_file_is_marked_for_spreadsheets_and_formulas_are_guarded(desk: Program) -> None:
    (desk.folder / "seoul.txt").write_text(TEXT + "\n=1+1 is what we will never agree to do.\n", encoding="utf-8")
    assert desk("draft", "seoul.txt", *ABOUT, "-o", "out.csv").code == 0
    content = (desk.folder / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"'=1+1" in content


def test_without_a_ledger_it_drafts_and_says_so(program: Program) -> None:
    (program.folder / "seoul.txt").write_text(TEXT, encoding="utf-8")
    done = program("draft", "seoul.txt", *ABOUT)
    assert done.code == 0
    assert "nothing is matched" in done.err
    assert not (program.folder / "ledger.db").exists()


def pdf(folder: Path, password: str = "") -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(folder / "it.pdf")


BAD: Final[dict[str, tuple[str, bytes, str]]] = {
    "nothing": ("it.txt", b"", "no words"),
    "an invoice": (
        "it.txt",
        b"Invoice 17, Acme Ltd, Tokyo, Japan\n\nWe will charge $50.",
        "states",
    ),
    "a poem": ("it.txt", b"We shall not sleep, though poppies grow\nIn Flanders fields.", "does not read as"),
    "bytes": ("it.txt", bytes(range(256)) * 20, "not UTF-8"),
    "NUL": ("it.txt", b"We will\x00", "NUL"),
    "another encoding": ("it.txt", "Déclaration".encode("latin-1"), "not UTF-8"),
    "50 MB": ("it.txt", b"a" * 50_000_000, "larger than"),
    "no end of tags": ("it.html", b"<html><body>" + b"<div>" * 300_000, "tags"),
    "no end of marks": ("it.md", b"# A\n\n" + b"**a " * 100_000, "marks"),
    "no paragraphs": ("it.txt", b"The leaders of Japan met. " * 5_000, "blank line"),
    "no PDF": ("it.pdf", b"%PDF-1.7 nothing", "cannot be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_statement_gets_a_clear_answer(program: Program, case: str) -> None:
    name, content, said = BAD[case]
    (program.folder / name).write_bytes(content)
    assert_refused(program("draft", name, *ABOUT), said)


@pytest.mark.parametrize(("password", "said"), [("", "without text"), ("secret", "encrypted")])
def test_a_pdf_without_readable_text_gets_a_clear_answer(program: Program, password: str, said: str) -> None:
    pdf(program.folder, password)
    assert_refused(program("draft", "it.pdf", *ABOUT), said)


def test_a_file_that_is_missing_and_options_that_are(program: Program) -> None:
    assert_refused(program("draft", "it.txt", *ABOUT), "cannot be read")
    assert_refused(program("draft", "it.txt", "--id", "a"), "a draft needs --title, --on, --parties")
    assert_refused(program("draft", "it.txt", *ABOUT, "--format", "json"), "csv or jsonl")
    assert_refused(program("draft", "it.txt", "--compare", "a", "b"), "no FILE")


def assert_refused(done: Outcome, said: str) -> None:
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert len(done.err.splitlines()) == 1
    assert said in done.err


def test_coverage_tells_what_each_sentence_backs(shipped: Program) -> None:
    done = shipped("coverage", "brussels-2025-04-03", "--format", "json")
    rows = {f"{row['paragraph']}.{row['number']}": row for row in json.loads(done.ok())}
    assert rows["4.1"]["commitments"] == ["us-defense-japan", "us-defense-rok"]
    assert rows["4.2"]["commitments"] == []
    assert rows["3.1"]["heading"]
    assert " ".join(row["sentence"] for row in rows.values()).split() == shipped_text().split()
    assert done.err == "13 of 29 sentences back 19 commitments; 16 back none\n"


def test_coverage_is_of_what_was_known_and_is_in_force(brussels: Program) -> None:
    event = next(line for line in map(json.loads, lines(brussels)) if line.get("commitment") == "civil-nuclear")
    later = [line for line in map(json.loads, lines(brussels)) if line.get("commitment") == "civil-nuclear"][1:]
    for one in (*reversed(later), event):
        assert brussels("retract", one["id"], "--reason", "An exercise").code == 0
    assert "12 of 29 sentences" in brussels("coverage", "brussels-2025-04-03").err
    assert "13 of 29 sentences" in brussels("coverage", "brussels-2025-04-03", "--known-at", "68").err


def test_coverage_of_what_is_not_on_record(shipped: Program) -> None:
    done = shipped("coverage", "brussels")
    assert (done.code, "`ledger statements` lists them" in done.err) == (3, True)


def test_what_is_proposed_says_no_more_than_the_statement(desk: Program) -> None:
    """The reason for a verdict is the reviewer's, and no part of the record; a title ends with a word."""
    long = "We will plant " + " ".join(f"tree{number}" for number in range(40)) + "."
    (desk.folder / "seoul.txt").write_text(f"{TEXT}\n{long}\n", encoding="utf-8")
    *_, trees = pledges(draft(desk))
    assert not trees["note"]
    assert len(trees["title"]) <= 120
    assert trees["title"].endswith("…")
    assert set(trees["title"].removesuffix("…").split()) <= set(long.removesuffix(".").split())
