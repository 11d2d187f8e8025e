"""Lines that are no events: a dictionary of them by name, each with what it must be told (design, section 4)."""

from __future__ import annotations

import io
import json
from typing import Any, NamedTuple

import pytest

from ledger.errors import BadInput, LineFault
from ledger.events.lines import content_of, fact_id
from ledger.intake import Candidate, read
from tests.kit.facts import amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted

FACTS = (
    registered(),
    made(),
    reaffirmed(),
    fulfilled(),
    lapsed(),
    assessed(),
    amended(title="Plant many trees"),
    retracted("0" * 32),
)
GOOD: dict[str, dict[str, Any]] = {fact.kind: content_of(fact) for fact in FACTS}


class Bad(NamedTuple):
    """A line, and words that its fault must say."""

    line: str | bytes
    says: str


def of(kind: str, says: str, /, *, without: str = "", **fields: Any) -> Bad:
    """A good line of a kind, but for these fields."""
    content = {name: value for name, value in (GOOD[kind] | fields).items() if name != without}
    return Bad(json.dumps(content), says)


def dated(written: str) -> Bad:
    """A fulfilment on a day that is written so, in JSON."""
    told = json.dumps(json.loads(written), ensure_ascii=False)
    return raw("fulfilled", f"occurred_on: {told} is not a date like 2025-04-03", occurred_on=written)


def raw(kind: str, says: str, /, **written: str) -> Bad:
    """A good line of a kind, with fields whose JSON is written out."""
    fields = {name: json.dumps(value) for name, value in GOOD[kind].items()} | written
    return Bad("{" + ",".join(f'"{name}":{value}' for name, value in fields.items()) + "}", says)


def sourced(says: str, /, **fields: Any) -> Bad:
    """A fulfilment whose source has these fields otherwise."""
    return of("fulfilled", says, source=GOOD["fulfilled"]["source"] | fields)


SOURCE = "source: is required"
NO_SLUG = "is not lower-case letters and digits joined by hyphens"
NO_URL = "is not an address that begins with http:// or https://"
NO_TEXT = "is not text with words in it"
DEEP = 300

BAD: dict[str, Bad] = {
    # what is no JSON, and JSON that two readers could read in two ways
    "no JSON": Bad("kind=made", "this is not JSON: Expecting value at character 1"),
    "half a line": Bad('{"kind":"made","commitment":', "this is not JSON"),
    "two events": Bad('{"kind":"made"}{"kind":"made"}', "this is not JSON: Extra data"),
    "single quotes": Bad("{'kind':'made'}", "this is not JSON"),
    "a comma too many": Bad('{"kind":"made",}', "this is not JSON"),
    "a comment": Bad('// {"kind":"made"}', "this is not JSON"),
    "a tab in text": Bad('{"kind":"made","note":"a\tb"}', "this is not JSON"),
    "a list": Bad('["made"]', "a line is one JSON object, an event"),
    "a word": Bad('"made"', "a line is one JSON object, an event"),
    "a number": Bad("1", "a line is one JSON object, an event"),
    "null alone": Bad("null", "a line is one JSON object, an event"),
    "a name twice": Bad('{"kind":"made","commitment":"a","commitment":"b"}', "commitment: is given twice"),
    "the same twice": Bad('{"kind":"made","kind":"made"}', "kind: is given twice"),
    "a name twice inside": Bad('{"kind":"made","source":{"title":"a","title":"b"}}', "title: is given twice"),
    "NaN": raw("assessed", "NaN is no JSON value", score="NaN"),
    "Infinity": raw("assessed", "Infinity is no JSON value", score="Infinity"),
    "minus Infinity": raw("assessed", "-Infinity is no JSON value", score="-Infinity"),
    "a number without end": raw("assessed", "a number too long", score="1" * 5_000),
    "nesting without end": Bad("[" * 100_000, "nested too deeply"),
    "nesting in a field": raw("made", "nested too deeply", note="[" * DEEP + "]" * DEEP),
    "nesting in a line with an id": raw("made", "nested too deeply", id='"0"', note="[" * DEEP + "]" * DEEP),
    "not UTF-8": Bad('{"kind":"made","note":"é"}'.encode("latin-1"), "the line is not UTF-8"),
    "UTF-16": Bad(json.dumps(GOOD["made"]).encode("utf-16"), "the line is not UTF-8"),
    "UTF-16 without a mark": Bad(json.dumps(GOOD["made"]).encode("utf-16-le"), "this is not JSON"),
    "half a character": raw("made", "half a character", note='"\\ud800"'),
    "half a character under an id": raw("made", "half a character", id='"0"', note='"\\ud800"'),
    "half a character in bytes": Bad(b'{"kind":"made","note":"\xed\xa0\x80"}', "the line is not UTF-8"),
    # kinds and fields
    "no kind": of("made", "kind: is required; it is one of registered, made", without="kind"),
    "an unknown kind": of(
        "made", 'kind: "broken" is no kind of event; it is one of registered, made', kind="broken"
    ),
    "a kind in capitals": of("made", 'kind: "Made" is no kind of event', kind="Made"),
    "a kind that is no text": of("made", "kind: 1 is no kind of event", kind=1),
    "an unknown field": of("made", "colour: is no field of made", colour="green"),
    "a field of another kind": of("fulfilled", "reason: is no field of fulfilled", reason="moot"),
    "a field in capitals": of("made", "Note: is no field of made", Note="…"),
    "an unknown field of the source": sourced("source.author: is no field of fulfilled", author="A"),
    "an unknown field to restate": of("amended", "changes.note: is no field of amended", changes={"note": "a"}),
    "a position": of("made", "position: is no field of made", position=3),
    "null": of("made", "note: holds null; what is not given is left out", note=None),
    "null in a field that is required": of("fulfilled", "note: holds null", note=None),
    "null in the source": sourced("source: holds null; what is not given is left out", published_on=None),
    "null as a source": of("fulfilled", "source: holds null", source=None),
    "null for a title": of(
        "amended", "only due and due_basis can be taken back with null", changes={"title": None}
    ),
    # days
    "a day of digits alone": dated('"20250403"'),
    "a day as a number": dated("20250403"),
    "a day as seconds": dated('"1743638400"'),
    "a day as a number of seconds": dated("1743638400"),
    "a day with a time": dated('"2025-04-03T00:00:00"'),
    "a day with a time and zone": dated('"2025-04-03T00:00:00Z"'),
    "a day without its zeros": dated('"2025-4-3"'),
    "a day of a week": dated('"2025-W14-4"'),
    "a day of the year": dated('"2025-093"'),
    "a day that never was": dated('"2025-02-30"'),
    "a leap day of a common year": dated('"2025-02-29"'),
    "a day as Americans write it": dated('"04/03/2025"'),
    "a day as Europeans write it": dated('"03.04.2025"'),
    "a day in other digits": dated('"\uff12\uff10\uff12\uff15-\uff10\uff14-\uff10\uff13"'),
    "a day with a sign": dated('"+2025-04-03"'),
    "a day with spaces": dated('" 2025-04-03 "'),
    "a day in the year nought": dated('"0000-01-01"'),
    "a day beyond the calendar": dated('"10000-01-01"'),
    "a day that is empty": dated('""'),
    "a day that is true": dated("true"),
    "a day in a list": dated('["2025-04-03"]'),
    "a month alone": dated('"2025-04"'),
    "a bad due date": of("made", 'due: "soon" is not a date like 2025-04-03', due="soon"),
    "a bad day of publication": sourced('source.published_on: "2025" is not a date', published_on="2025"),
    "a bad day to restate": of("amended", 'changes.due: "soon" is not a date', changes={"due": "soon"}),
    # numbers
    "a score of true": raw("assessed", "score: true is not a whole number", score="true"),
    "a score of 1.0": raw("assessed", "score: 1.0 is not a whole number", score="1.0"),
    "a score of 1e0": raw("assessed", "score: 1.0 is not a whole number", score="1e0"),
    "a score of a half": raw("assessed", "score: 0.5 is not a whole number", score="0.5"),
    "a score beyond all numbers": raw("assessed", "is not a whole number", score="1e400"),
    "a score in quotes": raw("assessed", 'score: "1" is not a whole number', score='"1"'),
    "a score of 2": raw("assessed", "score: 2 is more than 1", score="2"),
    "a score of -2": raw("assessed", "score: -2 is less than -1", score="-2"),
    "a score of thirty digits": raw("assessed", "is more than 1", score="9" * 30),
    "paragraph nought": raw("made", "paragraph: 0 is less than 1", paragraph="0"),
    "paragraph two and a half": raw("made", "paragraph: 2.5 is not a whole number", paragraph="2.5"),
    # text
    "an empty title": of("made", f'title: "" {NO_TEXT}', title=""),
    "a blank note": of("fulfilled", f'note: "   " {NO_TEXT}', note="   "),
    "a note of wide spaces": of("fulfilled", NO_TEXT, note="\u3000\u2003\n"),
    "a NUL": of("fulfilled", NO_TEXT, note="planted\0felled"),
    "a NUL alone": of("made", NO_TEXT, title="\0"),
    "two NULs": of("made", NO_TEXT, title="a\0b\0c"),
    "a NUL in an address": sourced(NO_URL, url="https://example.org/\0"),
    "a note that is a number": of("fulfilled", "note: 5 is not text", note=5),
    "a note that is a list": of("fulfilled", 'note: ["a"] is not text', note=["a"]),
    # names
    "a slug in capitals": of("made", f'commitment: "Trees" {NO_SLUG}', commitment="Trees"),
    "a slug with a space": of("made", NO_SLUG, commitment="plant trees"),
    "a slug with an underscore": of("made", NO_SLUG, commitment="plant_trees"),
    "a slug with two hyphens": of("made", NO_SLUG, commitment="plant--trees"),
    "a slug that ends in a hyphen": of("made", NO_SLUG, commitment="trees-"),
    "a slug that begins with a hyphen": of("made", NO_SLUG, commitment="-trees"),
    "a slug with a newline": of("made", NO_SLUG, commitment="trees\n"),
    "a slug with a slash": of("made", NO_SLUG, commitment="a/b"),
    "a slug with an accent": of("made", NO_SLUG, commitment="bäume"),
    "a slug in other digits": of("made", NO_SLUG, commitment="g\u0662\u0660"),
    "a slug of 101 letters": of("made", "at most 100 of them", commitment="a" * 101),
    "an empty slug": of("made", NO_SLUG, commitment=""),
    "a bad theme": of("made", f'theme: "Land use" {NO_SLUG}', theme="Land use"),
    "a bad statement": of("registered", f'statement: "The pact" {NO_SLUG}', statement="The pact"),
    "an unknown country": of("made", "'XXX' is not a country code", parties=["JPN", "XXX"]),
    "a country in small letters": of("made", "'jpn' is not a country code", parties=["jpn"]),
    "a country by its name": of("made", "'Japan' is not a country code", parties=["Japan"]),
    "a country of two letters": of("made", "'JP' is not a country code", parties=["JP"]),
    "a country that is a number": of("made", "392 is not text", parties=[392]),
    "no parties": of("made", "parties: names at least one", parties=[]),
    "parties in one text": of("made", 'is not a list of country codes, like ["JPN", "USA"]', parties="JPN USA"),
    "parties to restate that are none": of(
        "amended", "changes.parties: names at least one", changes={"parties": []}
    ),
    "an event that is no id": of("retracted", '"abc" is not the id of an event', event="abc"),
    "an event in capitals": of("retracted", "is not the id of an event, 32 hexadecimal digits", event="A" * 32),
    "an event of 33 digits": of("retracted", "is not the id of an event", event="0" * 33),
    # words of the vocabulary
    "an unknown nature": of("made", 'nature: "yearly" is not one of one-off or standing', nature="yearly"),
    "an unknown strength": of("made", 'strength: "strong" is not one of high, medium or low', strength="strong"),
    "an unknown basis": of("made", "due_basis:", due="2025-01-01", due_basis="guessed"),
    "an unknown reason": of("lapsed", 'reason: "forgotten" is not one of deadline-passed', reason="forgotten"),
    # sources
    "an address without its scheme": sourced(f'source.url: "example.org" {NO_URL}', url="example.org"),
    "an address of a file": sourced(NO_URL, url="file:///etc/passwd"),
    "an address of a script": sourced(NO_URL, url="javascript:alert(1)"),
    "an address of a page by mail": sourced(NO_URL, url="mailto:a@example.org"),
    "an address in capitals": sourced(NO_URL, url="HTTPS://EXAMPLE.ORG"),
    "an address without a host": sourced(NO_URL, url="https://"),
    "an address that is all path": sourced(NO_URL, url="https:///page"),
    "an address with a space": sourced(NO_URL, url="https://example.org/a b"),
    "an address with a newline": sourced(NO_URL, url="https://example.org/\n"),
    "an address with a tag": sourced(NO_URL, url='https://example.org/"><script>'),
    "an address of 4001 characters": sourced(NO_URL, url="https://example.org/".ljust(4_001, "a")),
    "an address of the statement": of("registered", f"url: {json.dumps('www.x.org')} {NO_URL}", url="www.x.org"),
    "a source without a title": of("fulfilled", "source.title: is required", source={"url": "https://a.org"}),
    "a source without an address": of("fulfilled", "source.url: is required", source={"title": "A paper"}),
    "a source in one text": of("fulfilled", "source:", source="https://example.org"),
    # what is required together
    "nowhere said": of("made", "say where it was said", without="source"),
    "a basis without a due date": of("made", "there is no due date", due_basis="stated"),
    "a lapse without a reason": of("lapsed", "reason: is required", without="reason"),
    "a lapse without a note": of("lapsed", "note: is required", without="note"),
    "a lapse without a source": of("lapsed", SOURCE, without="source"),
    "a fulfilment without a note": of("fulfilled", "note: is required", without="note"),
    "a fulfilment without a source": of("fulfilled", SOURCE, without="source"),
    "an assessment without a score": of("assessed", "score: is required", without="score"),
    "an assessment without a source": of("assessed", SOURCE, without="source"),
    "an event of nothing": of("reaffirmed", "commitment: is required", without="commitment"),
    "an event of no day": of("reaffirmed", "occurred_on: is required", without="occurred_on"),
    "an amendment of nothing": of("amended", "name at least one description field", changes={}),
    "an amendment without changes": of("amended", "changes: is required", without="changes"),
    "an amendment without a reason": of("amended", "reason: is required", without="reason"),
    "a retraction without a reason": of("retracted", "reason: is required", without="reason"),
    "a retraction of two streams": of("retracted", "name the commitment or the statement", statement="pact"),
    "a retraction of no stream": of("retracted", "name the commitment or the statement", without="commitment"),
    "a statement without a title": of("registered", "title: is required", without="title"),
    "a statement of nobody": of("registered", "parties: is required", without="parties"),
    # the envelope
    "an id that is a number": of("made", "id: 7 is not text", id=7),
    "an id that is null": of("made", "id: null is not text", id=None),
    "a recorder that is a list": of("made", 'recorded_by: ["a"] is not text', recorded_by=["a"]),
    "a time that is a number": of("made", "recorded_at: 5 is not text", recorded_at=5),
}


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_is_no_event_is_told_so(name: str) -> None:
    bad = BAD[name]
    line = bad.line.encode() if isinstance(bad.line, str) else bad.line
    [fault] = read(io.BytesIO(line))
    assert isinstance(fault, LineFault)
    assert isinstance(fault.error, BadInput)
    assert bad.says in str(fault.error)
    assert fault.line == 1
    assert "\n" not in str(fault.error)
    assert len(str(fault.error)) < 1_000


@pytest.mark.parametrize("kind", GOOD)
def test_the_lines_that_these_were_made_from_are_read(kind: str) -> None:
    [candidate] = read(io.BytesIO(json.dumps(GOOD[kind]).encode()))
    assert isinstance(candidate, Candidate)
    assert content_of(candidate.fact) == GOOD[kind]
    assert candidate.claimed_id is None


def test_all_that_is_wrong_with_a_line_is_told_at_once() -> None:
    bad = of("fulfilled", "", occurred_on="soon", parties=["XXX"], colour="green", without="note")
    [fault] = read(io.BytesIO(str(bad.line).encode()))
    assert isinstance(fault, LineFault)
    for field in ("occurred_on: ", "parties.0: ", "colour: ", "note: "):
        assert field in str(fault.error)


def test_every_fault_of_a_file_is_told_with_its_line_and_good_lines_are_read_past_them() -> None:
    good = json.dumps(GOOD["made"])
    text = f"{good}\nnonsense\n\n   \n{good}\n{BAD['null'].line!s}\n"
    found = list(read(io.BytesIO(text.encode())))
    assert [(type(one), one.line) for one in found] == [
        (Candidate, 1),
        (LineFault, 2),
        (Candidate, 5),
        (LineFault, 6),
    ]


@pytest.mark.parametrize("text", [b"", b"\n\n", b"  \n\t\n", b"\xef\xbb\xbf"])
def test_a_file_without_lines_has_neither_facts_nor_faults(text: bytes) -> None:
    assert list(read(io.BytesIO(text))) == []


def test_a_byte_order_mark_at_the_beginning_is_passed_over() -> None:
    line = json.dumps(GOOD["made"]).encode()
    assert [type(one) for one in read(io.BytesIO(b"\xef\xbb\xbf" + line))] == [Candidate]


def test_a_last_line_needs_no_newline_and_windows_may_have_written_it() -> None:
    line = json.dumps(GOOD["made"]).encode()
    assert [one.line for one in read(io.BytesIO(line + b"\r\n" + line))] == [1, 2]


def test_the_envelope_of_an_exported_line_is_taken_off_and_its_id_is_claimed() -> None:
    envelope = {"id": fact_id(made()), "recorded_at": "2026-01-01T00:00:00.000000Z", "recorded_by": "someone"}
    [candidate] = read(io.BytesIO(json.dumps(GOOD["made"] | envelope).encode()))
    assert isinstance(candidate, Candidate)
    assert candidate.claimed_id == fact_id(made())
    assert candidate.fact == made()


def test_a_long_value_is_cut_where_it_is_quoted() -> None:
    bad = of("fulfilled", "", parties="J" * 10_000)
    [fault] = read(io.BytesIO(str(bad.line).encode()))
    assert isinstance(fault, LineFault)
    assert "JJJ…" in str(fault.error)
    assert len(str(fault.error)) < 200


def test_a_list_of_wrong_countries_is_not_also_told_to_be_empty() -> None:
    [fault] = read(io.BytesIO(str(of("made", "", parties=["XXX"]).line).encode()))
    assert isinstance(fault, LineFault)
    assert "parties.0" in str(fault.error)
    assert "names at least one" not in str(fault.error)
