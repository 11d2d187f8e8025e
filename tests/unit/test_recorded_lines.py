"""Recorded lines: their bytes, and what is no recorded line (design, section 4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ledger.errors import BadInput, IdMismatch
from ledger.events.kinds import Fact
from ledger.events.lines import Entry, decode, encode, fact_id, parse
from ledger.events.times import format_time, parse_time
from tests.kit.facts import NOW, amended, fulfilled, made, retracted

TOLD = made(
    commitment="apec-2025",
    parties=("JPN", "KOR", "USA"),
    day="2025-04-03",
    statement="brussels-2025-04-03",
    source=None,
    paragraph=14,
    quote="They look forward to Gyeongju – 경주.",
    title="Cooperate for APEC",
    theme="economy",
    nature="one-off",
    strength="high",
    due="2025-11-01",
    due_basis="inferred",
    note="Korea was the host.",
)
ENTRY = Entry(3, fact_id(TOLD), datetime(2026, 11, 23, 9, tzinfo=UTC), "analyst", TOLD)


def test_an_entry_is_written_as_the_design_shows_it() -> None:
    assert encode(ENTRY).decode() == (
        f'{{"id":"{ENTRY.id}","kind":"made","recorded_at":"2026-11-23T09:00:00.000000Z","recorded_by":"analyst",'
        '"commitment":"apec-2025","parties":["JPN","KOR","USA"],"occurred_on":"2025-04-03",'
        '"statement":"brussels-2025-04-03","paragraph":14,"quote":"They look forward to Gyeongju – 경주.",'
        '"title":"Cooperate for APEC","theme":"economy","nature":"one-off","strength":"high","due":"2025-11-01",'
        '"due_basis":"inferred","note":"Korea was the host."}'
    )


# printf '%s' CANONICAL | sha256sum
CANONICAL: list[tuple[Fact, str]] = [
    # {"commitment":"trees","kind":"made","nature":"standing","occurred_on":"2025-01-01",
    #  "parties":["JPN","KOR","USA"],"source":{"title":"Source 1","url":"https://example.org/1"},
    #  "strength":"high","title":"Plant trees"}, without the line breaks
    (made(), "01af8eeea0b73939b62719467ca6474f"),
    # {"changes":{"due":null,"due_basis":null},"commitment":"trees","kind":"amended","reason":"written wrongly"}
    (amended(due=None, due_basis=None), "e34d8b89cec1689db19531680fbd3453"),
]


@pytest.mark.parametrize(("fact", "digest"), CANONICAL, ids=["made", "amended"])
def test_the_id_of_a_fact_is_the_same_for_ever(fact: Fact, digest: str) -> None:
    assert fact_id(fact) == digest


def test_what_is_not_given_is_absent() -> None:
    line = json.loads(encode(Entry(1, fact_id(made()), NOW, "tester", made())))
    assert None not in line.values()
    assert set(line) == {
        *("id", "kind", "recorded_at", "recorded_by", "commitment", "parties", "occurred_on", "source"),
        *("title", "nature", "strength"),
    }


def test_what_an_amendment_takes_back_is_null_and_what_it_leaves_is_absent() -> None:
    fact = amended(due=None, due_basis=None, title="Plant many trees")
    line = encode(Entry(1, fact_id(fact), NOW, "tester", fact))
    assert json.loads(line)["changes"] == {"title": "Plant many trees", "due": None, "due_basis": None}
    again = decode(line, 1).fact
    assert getattr(again, "changes").model_fields_set == {"title", "due", "due_basis"}  # noqa: B009


def test_the_order_in_which_changes_are_named_makes_no_other_fact() -> None:
    one, other = amended(title="A", strength="low"), amended(strength="low", title="A")
    assert fact_id(one) == fact_id(other)
    lines = [encode(Entry(1, fact_id(fact), NOW, "tester", fact)) for fact in (one, other)]
    assert lines[0] == lines[1]


def altered(**fields: Any) -> bytes:
    line = json.loads(encode(ENTRY)) | fields
    return json.dumps({name: value for name, value in line.items() if value != "absent"}).encode()


def with_its_id(**fields: Any) -> bytes:
    """The line altered, with the id that its content then has, as a forger would write it."""
    line = json.loads(altered(**fields))
    content = {name: value for name, value in line.items() if name not in ("id", "recorded_at", "recorded_by")}
    return altered(**fields, id=fact_id(parse(json.dumps(content))[0]))


BAD: dict[str, tuple[bytes, str]] = {
    "no id": (altered(id="absent"), "id: is required of a recorded line"),
    "an empty id": (altered(id=""), "id: is required of a recorded line"),
    "no time": (altered(recorded_at="absent"), "recorded_at: is required of a recorded line"),
    "no recorder": (altered(recorded_by="absent"), "recorded_by: is required of a recorded line"),
    "an empty recorder": (altered(recorded_by=""), "recorded_by: is required of a recorded line"),
    "a time without microseconds": (altered(recorded_at="2026-11-23T09:00:00Z"), "is not a time like"),
    "a time with an offset": (altered(recorded_at="2026-11-23T09:00:00.000000+00:00"), "is not a time like"),
    "a time in another zone": (altered(recorded_at="2026-11-23T18:00:00.000000+09:00"), "is not a time like"),
    "a time without a zone": (altered(recorded_at="2026-11-23T09:00:00.000000"), "is not a time like"),
    "a time in small letters": (altered(recorded_at="2026-11-23t09:00:00.000000z"), "is not a time like"),
    "a time that never was": (altered(recorded_at="2026-11-31T09:00:00.000000Z"), "is not a time like"),
    "a day for a time": (altered(recorded_at="2026-11-23"), "is not a time like"),
    "a time that is a number": (altered(recorded_at=1), "recorded_at: 1 is not text"),
    "another id": (altered(id="0" * 32), "is not the digest of this content"),
    "half an id": (altered(id=ENTRY.id[:16]), "is not the digest of this content"),
    "an id in capitals": (altered(id=ENTRY.id.upper()), "is not the digest of this content"),
    "another day": (altered(occurred_on="2025-04-04"), "is not the digest of this content"),
    "a party fewer": (altered(parties=["JPN", "KOR"]), "is not the digest of this content"),
    "parties out of order": (
        with_its_id(parties=["USA", "JPN"]),
        "parties: a recorded line names each once, sorted",
    ),
    "a party twice": (with_its_id(parties=["JPN", "JPN"]), "parties: a recorded line names each once, sorted"),
    "an unknown field": (altered(colour="green"), "colour: is no field of made"),
    "null": (altered(note=None), "note: holds null"),
    "UTF-16": (encode(ENTRY).decode().encode("utf-16"), "the line is not UTF-8"),
    "nothing": (b"", "this is not JSON"),
    "a list": (b"[]", "a line is one JSON object"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_recorded_line_is_told_so(name: str) -> None:
    line, says = BAD[name]
    with pytest.raises(BadInput) as told:
        decode(line, 3)
    assert says in str(told.value)


def test_a_false_id_is_told_with_the_true_one() -> None:
    with pytest.raises(IdMismatch) as told:
        decode(altered(id="0" * 32), 3)
    assert (told.value.given, told.value.computed) == ("0" * 32, ENTRY.id)


def test_who_recorded_a_line_and_when_are_no_part_of_its_id() -> None:
    later = decode(altered(recorded_by="someone else", recorded_at="2030-01-01T00:00:00.000000Z"), 9)
    assert (later.id, later.fact, later.position) == (ENTRY.id, ENTRY.fact, 9)
    assert (later.recorded_by, later.recorded_at) == ("someone else", datetime(2030, 1, 1, tzinfo=UTC))


def test_a_time_is_written_in_utc_whatever_zone_it_was_told_in() -> None:
    seoul = timezone(timedelta(hours=9))
    assert format_time(datetime(2026, 1, 1, 3, tzinfo=seoul)) == "2025-12-31T18:00:00.000000Z"
    assert format_time(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000000Z"


def test_a_time_that_does_not_fit_into_the_calendar_is_no_time() -> None:
    with pytest.raises(BadInput, match="recorded_at: .* is not a time like"):  # noqa: RUF043
        parse_time("0001-01-01T00:00:00.000000+14:00")


def test_facts_are_values_that_nobody_can_change() -> None:
    fact = fulfilled()
    with pytest.raises(ValueError, match="frozen"):
        fact.note = "Otherwise."  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        fact.source.title = "Otherwise."  # type: ignore[misc]
    assert hash(fact) == hash(fulfilled())


def test_the_stream_of_a_fact_is_that_of_what_it_is_about() -> None:
    assert fulfilled().stream == "commitment/trees"
    assert retracted("0" * 32).stream == "commitment/trees"
    assert retracted("0" * 32, commitment=None, statement="pact").stream == "statement/pact"
