"""Two codings of one statement: how far they agree, and what is left to adjudicate."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

from tests.kit.process import Outcome, Program

CODING: Final = str(Path(__file__).parents[2] / "docs" / "coding" / "brussels-2025-04-03.csv")


def coding(program: Program, name: str, verdicts: Iterable[tuple[str, str]]) -> str:
    """A coding of paragraph 1, sentence by sentence: (verdict, parties)."""
    rows = [f"1,{n},{verdict},{parties},made" for n, (verdict, parties) in enumerate(verdicts, 1)]
    (program.folder / name).write_text(
        "\n".join(["paragraph,sentence,verdict,parties,kind", *rows]), encoding="utf-8"
    )
    return name


def two(program: Program, both: int, only_a: int, only_b: int, neither: int) -> tuple[str, str]:
    yes, no = ("pledge", "JPN"), ("no pledge", "")
    pairs = [(yes, yes)] * both + [(yes, no)] * only_a + [(no, yes)] * only_b + [(no, no)] * neither
    return (coding(program, "a.csv", [a for a, _ in pairs]), coding(program, "b.csv", [b for _, b in pairs]))


@pytest.mark.parametrize(
    ("cells", "agreement", "kappa"),
    [
        ((20, 5, 10, 15), 0.7, 0.4),
        ((5, 0, 0, 5), 1.0, 1.0),
        ((0, 5, 5, 0), 0.0, -1.0),
        ((45, 15, 25, 15), 0.6, 0.13),
    ],
)
def test_the_figures_are_cohens(
    program: Program, cells: tuple[int, int, int, int], agreement: float, kappa: float
) -> None:
    told = json.loads(program("draft", "--compare", *two(program, *cells), "--format", "json").ok())
    assert told["agreement"] == pytest.approx(agreement)
    assert told["kappa"] == pytest.approx(kappa, abs=0.005)
    assert tuple(told["pledges"].values()) == cells
    assert len(told["disagreements"]) == cells[1] + cells[2]


def test_where_chance_alone_agrees_kappa_is_not_told(program: Program) -> None:
    files = two(program, 3, 0, 0, 0)
    assert json.loads(program("draft", "--compare", *files, "--format", "json").ok())["kappa"] is None
    assert "undefined" in program("draft", "--compare", *files).ok()


def test_people_read_what_is_to_be_adjudicated(program: Program) -> None:
    a = coding(program, "a.csv", [("pledge", "JPN"), ("no pledge", ""), ("pledge", "KOR")])
    b = coding(program, "b.csv", [("pledge", "JPN KOR"), ("no pledge", ""), ("no pledge", "")])
    told = program("draft", "--compare", a, b).ok()
    assert "They agree on 2 of 3 sentences" in told
    assert "the parties are the same in 0, the kind in 1" in told
    rows = list(csv.DictReader(io.StringIO(program("draft", "--compare", a, b, "--format", "csv").ok())))
    assert [(row["number"], row["on"]) for row in rows] == [("1", "parties"), ("3", "verdict")]


def test_two_coders_of_one_file(program: Program) -> None:
    told = program("draft", "--compare", f"{CODING}:A", f"{CODING}:B").ok()
    assert "They agree on 29 of 29 sentences" in told
    assert "name one, like" in program("draft", "--compare", CODING, CODING).err


def test_the_shipped_statement_as_drafted_beside_the_coding_by_hand(program: Program, shipped: Program) -> None:
    line = json.loads(shipped("log", "--kind", "registered", "--format", "json").ok())[0]
    (program.folder / "b.txt").write_text(line["text"], encoding="utf-8")
    about = ("--id", "brussels-2025-04-03", "--title", "B", "--on", "2025-04-03", "--parties", "USA,JPN,KOR")
    assert program("draft", "b.txt", *about, "-o", "b.csv").code == 0
    told = json.loads(program("draft", "--compare", f"{CODING}:A", "b.csv", "--format", "json").ok())
    assert told["sentences"] == 29
    assert told["kappa"] >= 0.8


def test_a_review_is_a_coding_in_which_keep_decides(program: Program) -> None:
    header = "paragraph,number,sentence,verdict,rule,keep,parties,kind\n"
    (program.folder / "a.csv").write_text(f"{header}1,1,We will.,pledge,R1,,JPN,made\n1,2,Fine.,no pledge,R1,,,\n")
    (program.folder / "b.csv").write_text(
        f"{header}1,1,We will.,pledge,R1,no,JPN,made\n1,2,Fine.,no pledge,R1,,,\n"
    )
    told = json.loads(program("draft", "--compare", "a.csv", "b.csv", "--format", "json").ok())
    assert told["pledges"] == {"both": 0, "only_a": 1, "only_b": 0, "neither": 1}


def refused(done: Outcome, said: str) -> None:
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_what_is_no_coding_or_of_another_text_is_refused(program: Program) -> None:
    a = coding(program, "a.csv", [("pledge", "JPN"), ("no pledge", "")])
    longer = coding(program, "b.csv", [("pledge", "JPN"), ("no pledge", ""), ("no pledge", "")])
    refused(program("draft", "--compare", a, longer), "do not code the same sentences: 1.3")
    refused(program("draft", "--compare", a, "missing.csv"), "cannot be read")
    (program.folder / "c.csv").write_text("colour\nblue\n")
    refused(program("draft", "--compare", a, "c.csv"), "no column paragraph or verdict")
    (program.folder / "d.csv").write_text("paragraph,sentence,verdict\none,two,pledge\n")
    refused(program("draft", "--compare", a, "d.csv"), "not whole numbers")
    header = "paragraph,number,sentence,verdict,statement\n"
    for name, text, statement in (("e", "Yes.", "s"), ("f", "No.", "s"), ("g", "Yes.", "t")):
        (program.folder / f"{name}.csv").write_text(f"{header}1,1,{text},pledge,{statement}\n")
    refused(program("draft", "--compare", "e.csv", "f.csv"), "they differ at 1.1")
    refused(program("draft", "--compare", "e.csv", "g.csv"), "codes s, and g.csv codes t")
