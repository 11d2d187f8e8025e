"""The shipped record says what its sources say, in the words of the statement, and is the same for everyone."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from ledger import Ledger
from ledger.events.statements import paragraphs
from ledger.record import lines_of
from tests.kit.process import Program

STATEMENT: Final = "brussels-2025-04-03"
ISSUED: Final = "2025-04-03"
LINES: Final[list[dict[str, Any]]] = [json.loads(line) for line in lines_of("brussels")]
REGISTERED: Final = LINES[0]
SAID: Final = [line for line in LINES if line.get("statement") == STATEMENT and line["kind"] != "registered"]
OUTSIDE: Final = [line for line in LINES if "statement" not in line]
COMMITMENTS: Final = sorted({line["commitment"] for line in LINES[1:]})


def of(commitment: str) -> list[dict[str, Any]]:
    return [line for line in LINES if line.get("commitment") == commitment]


def told(line: dict[str, Any]) -> str:
    return f"{line.get('commitment')} {line['kind']} on {line['occurred_on']}"


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_statement_comes_first_with_its_text_and_its_parties() -> None:
    shipped = resources.files("ledger.record").joinpath(f"{STATEMENT}.txt").read_text(encoding="utf-8")

    assert REGISTERED["kind"] == "registered"
    assert REGISTERED["statement"] == STATEMENT
    assert REGISTERED["text"] == shipped.strip()
    assert REGISTERED["parties"] == ["JPN", "KOR", "USA"]
    assert (REGISTERED["occurred_on"], REGISTERED["place"]) == (ISSUED, "Brussels")
    assert REGISTERED["title"] == paragraphs(shipped)[0]


@pytest.mark.parametrize("line", SAID, ids=told)
def test_a_quote_stands_in_the_text_and_begins_in_its_paragraph(line: dict[str, Any]) -> None:
    """The statement breaks off in mid-sentence once, so that a quote may run on into the next paragraph."""
    blocks = [words(block) for block in paragraphs(REGISTERED["text"])]
    quote = words(line["quote"])
    before, rest = " ".join(blocks[: line["paragraph"] - 1]), " ".join(blocks[line["paragraph"] - 1 :])

    assert quote in rest
    assert rest.index(quote) < len(blocks[line["paragraph"] - 1])
    assert f"{before} {rest}".count(quote) == 1, "a quote that stands there twice locates nothing"
    assert line["occurred_on"] == ISSUED


@pytest.mark.parametrize("commitment", COMMITMENTS)
def test_a_commitment_begins_in_the_statement_with_its_description(commitment: str) -> None:
    first, *later = of(commitment)

    assert first["kind"] in ("made", "reaffirmed")
    assert (first["statement"], first["occurred_on"]) == (STATEMENT, ISSUED)
    assert {"title", "theme", "nature", "strength", "quote", "paragraph"} <= first.keys()
    assert set(first["parties"]) <= set(REGISTERED["parties"])
    assert all(line["occurred_on"] >= ISSUED for line in later), "what came before is context, and no event"
    assert "due" not in first or first["nature"] == "one-off"


def test_each_theme_is_the_heading_that_the_quote_stands_under() -> None:
    """Codebook: the heading of the section that it stands under, as a slug."""
    headings: dict[int, str] = {}
    for number, block in enumerate(paragraphs(REGISTERED["text"]), 1):
        if number > 1 and not block.endswith(".") and len(block.split()) < 10:
            headings[number] = re.sub(r"[^a-z0-9]+", "-", block.lower()).strip("-")

    for line in SAID:
        section = max(number for number in headings if number < line["paragraph"])
        assert line["theme"] == headings[section], told(line)


def test_all_three_countries_are_there_and_no_other() -> None:
    for kind in ("made", "reaffirmed", "fulfilled", "assessed"):
        named = {country for line in LINES if line["kind"] == kind for country in line["parties"]}
        assert named == {"JPN", "KOR", "USA"}, kind


@pytest.mark.parametrize("line", OUTSIDE, ids=told)
def test_what_is_not_said_in_the_statement_has_a_source(line: dict[str, Any]) -> None:
    assert line["source"]["title"].strip()
    assert line["source"]["url"]
    assert line["note"].endswith("."), "and a sentence on what it shows"


def test_every_address_is_well_formed() -> None:
    addresses = [line["source"]["url"] for line in LINES if "source" in line]
    addresses += [line["url"] for line in LINES if "url" in line]

    assert len(addresses) == len(OUTSIDE)
    for address in addresses:
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https"), address
        assert parts.hostname and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.hostname), address
        assert parts.path.strip("/") or parts.query, f"a front page shows nothing: {address}"
        assert parts.username is None and parts.port is None
        assert not re.search(r"\s", address) and address.isascii()


def test_a_standing_pledge_is_kept_in_an_occurrence_and_a_one_off_for_good() -> None:
    """Codebook: a standing pledge is never finished by one good deed."""
    nature = {commitment: of(commitment)[0]["nature"] for commitment in COMMITMENTS}

    kept = [line for line in LINES if line["kind"] == "fulfilled"]
    assert kept
    for line in kept:
        assert ("occurrence" in line) == (nature[line["commitment"]] == "standing"), told(line)


def test_only_the_dated_pledges_are_one_off_and_both_were_kept() -> None:
    dated = {line["commitment"]: line["due"] for line in SAID if "due" in line}

    assert dated == {"apec-2025": "2025-11-01", "youth-summit-2025": "2025-08-31"}
    for commitment, due in dated.items():
        days = [line["occurred_on"] for line in of(commitment) if line["kind"] == "fulfilled"]
        assert days and max(days) <= due


def test_judgements_are_told_where_they_are_made() -> None:
    """The youth summit has another name in the sources; the US president had left APEC before its close."""
    (summit,) = [line for line in of("youth-summit-2025") if line["kind"] == "fulfilled"]
    assert summit["parties"] == ["JPN", "KOR", "USA"]
    assert "judgement" in summit["note"].lower() and "name" in summit["note"]

    apec = {
        country: line for line in of("apec-2025") if line["kind"] == "fulfilled" for country in line["parties"]
    }
    assert set(apec) == {"JPN", "KOR", "USA"}
    assert apec["JPN"] is apec["KOR"] is not apec["USA"], "judged apart"
    assert "judgement" in apec["USA"]["note"].lower()
    assert "judgement" not in apec["KOR"]["note"].lower()


def test_nothing_in_the_statement_is_recorded_as_lapsed() -> None:
    """Looked for, and not found; an absence is no lapse."""
    assert {line["kind"] for line in LINES} == {"registered", "made", "reaffirmed", "fulfilled", "assessed"}


def test_the_record_names_no_person_as_its_recorder() -> None:
    assert {line["recorded_by"] for line in LINES} == {"commitment-ledger"}


def test_the_lines_are_the_same_bytes_for_everyone(program: Program) -> None:
    shipped = resources.files("ledger.record").joinpath("brussels.jsonl").read_bytes()
    for name in ("one.db", "two.db"):
        program("--db", name, "init", "--record", "brussels").ok()

    exports = [program("--db", name, "export").ok().encode() for name in ("one.db", "two.db")]
    assert exports == [shipped, shipped]
    audits = [program("--db", name, "verify") for name in ("one.db", "two.db")]
    assert audits[0] == audits[1]
    assert audits[0].code == 0


def test_every_timeline_is_legal_today_and_on_every_day_before(tmp_path: Path) -> None:
    """The record is restored line by line as it was judged; each day has one status a country."""
    with Ledger.create(tmp_path / "l.db", clock=lambda: datetime.now(UTC), lines=lines_of("brussels")) as ledger:
        for day in sorted({line["occurred_on"] for line in LINES}):
            rows = ledger.status(as_of=date.fromisoformat(day))
            assert len({(row.commitment, row.country) for row in rows}) == len(rows)
            assert {row.commitment for row in rows} == set(COMMITMENTS)
            assert not [row for row in rows if row.overdue]
