"""What the methodology says of the statement, of the coders and of the record is so."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.events.statements import paragraphs
from tests.docs.examples import ROOT, Terminal

PAGE = (ROOT / "docs/methodology.md").read_text(encoding="utf-8")
STATEMENT = "brussels-2025-04-03"
CODING = ROOT / f"docs/coding/{STATEMENT}.csv"
TAIL = "7.1"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The lines of the shipped record."""
    terminal = Terminal(tmp_path_factory.mktemp("record"))
    code, said = terminal.run("ledger init --record brussels && ledger export -o lines.jsonl")
    assert code == 0, said
    lines = Path(terminal.folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def sentences(record: list[dict[str, Any]]) -> dict[str, str]:
    """The sentences of the statement by key, headings among them."""
    text = next(line["text"] for line in record if line["kind"] == "registered")
    return {
        f"{number}.{position}": sentence
        for number, paragraph in enumerate(paragraphs(text), 1)
        for position, sentence in enumerate(re.split(r"(?<=\.)\s+(?=[A-Z])", paragraph), 1)
    }


def rows(first: str) -> Iterator[list[str]]:
    """The cells of the rows of the table whose header begins so."""
    lines = iter(PAGE.splitlines())
    assert any(line.startswith(f"| {first} |") for line in lines)
    assert next(lines).startswith("|---")
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


def coded() -> dict[str, dict[str, list[dict[str, str]]]]:
    """What each coder decided, by coder and sentence: one row a pledge, or one without."""
    found: dict[str, dict[str, list[dict[str, str]]]] = {"A": {}, "B": {}}
    with CODING.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["coder"]].setdefault(f"{row['paragraph']}.{row['sentence']}", []).append(row)
    return found


def test_every_sentence_has_its_row_and_begins_as_it_says(sentences: dict[str, str]) -> None:
    table = {cells[0]: cells[1] for cells in rows("Key")}
    assert list(table) == list(sentences)
    for key, beginning in table.items():
        assert beginning.endswith(" …")
        assert sentences[key].startswith(beginning.removesuffix(" …")), key


def test_every_commitment_stands_in_the_row_of_its_sentence(
    record: list[dict[str, Any]], sentences: dict[str, str]
) -> None:
    told = {key: re.findall(r"`([a-z0-9-]+)`", commitments) for key, _, _, _, commitments, _ in rows("Key")}
    real: dict[str, list[str]] = {key: [] for key in sentences}
    for line in record:
        if "quote" in line:
            key = next(key for key in sentences if line["quote"][-30:] in sentences[key])
            assert key.split(".")[0] == str(line["paragraph"])
            real[key].append(line["commitment"])
    assert told == real


def test_verdicts_rules_and_commitments_go_together() -> None:
    for key, _, verdict, rule, commitments, _ in rows("Key"):
        assert verdict in ("pledge", "no pledge", "heading"), key
        assert (verdict == "pledge") == ("`" in commitments), key
        assert re.fullmatch(r"–" if verdict == "heading" else r"R[1-6](, R[1-6])*", rule), key


def test_the_verdicts_are_those_that_both_coders_gave() -> None:
    told = {key: "tail" if key == TAIL else verdict for key, _, verdict, *_ in rows("Key")}
    for coder, by_key in coded().items():
        assert {key: found[0]["verdict"] for key, found in by_key.items()} == told, coder


def test_agreement_and_kappa_are_as_the_codings_give_them() -> None:
    a, b = coded().values()
    counted = [key for key in a if a[key][0]["verdict"] in ("pledge", "no pledge")]
    pairs = Counter((a[key][0]["verdict"], b[key][0]["verdict"]) for key in counted)
    agreed = sum(count for (one, other), count in pairs.items() if one == other) / len(counted)
    chance = (
        sum(
            sum(pairs[verdict, other] for other in ("pledge", "no pledge"))
            * sum(pairs[other, verdict] for other in ("pledge", "no pledge"))
            for verdict in ("pledge", "no pledge")
        )
        / len(counted) ** 2
    )
    kappa = (agreed - chance) / (1 - chance)
    assert f"| **Coder A: pledge** | {pairs['pledge', 'pledge']} | {pairs['pledge', 'no pledge']} |" in PAGE
    assert (
        f"| **Coder A: no pledge** | {pairs['no pledge', 'pledge']} | {pairs['no pledge', 'no pledge']} |" in PAGE
    )
    assert f"agreed on {round(agreed * len(counted))} of {len(counted)} sentences" in PAGE
    assert f"Agreement by chance would be {chance:.3f}, so Cohen's kappa is {kappa:.2f}" in PAGE


def test_the_differences_are_those_that_are_told() -> None:
    a, b = coded().values()
    pledges = [sum(row["verdict"] == "pledge" for found in one.values() for row in found) for one in (a, b)]
    assert "Coder A found {} pledges and coder B {}".format(*pledges) in PAGE
    described = ("parties", "kind", "nature", "strength")
    assert all(
        {tuple(map(r.get, described)) for r in a[k]} == {tuple(map(r.get, described)) for r in b[k]} for k in a
    )
    told = {cells[0].split(",")[0] for cells in rows("Where")}
    differing = {key for key in a if len(a[key]) != len(b[key]) or a[key][0]["due"] != b[key][0]["due"]}
    rules = {key for key in a if a[key][0]["verdict"] == "no pledge" and a[key][0]["rules"] != b[key][0]["rules"]}
    assert told == differing | rules


def test_the_table_of_commitments_is_the_record(record: list[dict[str, Any]]) -> None:
    firsts: dict[str, dict[str, Any]] = {}
    later: Counter[tuple[str, str]] = Counter()
    for line in record[1:]:
        if firsts.setdefault(line["commitment"], line) is not line:
            later[line["commitment"], line["kind"]] += 1
    real = [
        [f"`{name}`", " ".join(line["parties"]), line["kind"], f"{line['nature']}, {line['strength']}"]
        + [str(later[name, kind]) for kind in ("reaffirmed", "fulfilled", "assessed")]
        for name, line in firsts.items()
    ]
    assert list(rows("Commitment")) == real
    silent = sum(all(count == "0" for count in row[4:]) for row in real)
    assert {6: "Six commitments have no later event"}[silent] in PAGE
    assert later.total() == len(record) - 1 - len(real), "an event of a kind that the table does not count"
    for page in (PAGE, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert f"{len(real)} commitments" in " ".join(page.split())
        assert re.search(rf"\b{later.total()} (dated )?events", " ".join(page.split()))


def test_the_intervals_of_the_matching_are_wilsons() -> None:
    told = list(rows("The right commitment is"))
    labels = (ROOT / "docs/coding/repeats.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [cells[0] for cells in told] == ["first", "among three"]
    for _, count, share, interval in told:
        right, n = map(int, count.split(" of "))
        assert n == len(labels)
        low, high = (
            (right + 1.96**2 / 2 + sign * 1.96 * (right * (n - right) / n + 1.96**2 / 4) ** 0.5) / (n + 1.96**2)
            for sign in (-1, 1)
        )
        assert (share, interval) == (
            f"{right / n:.0%}".replace("%", " %"),
            f"{low:.0%} to {high:.0%}".replace("%", " %"),
        )
        assert right / n >= {"first": 0.8, "among three": 0.95}[_]
