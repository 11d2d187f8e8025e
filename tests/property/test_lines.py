"""The line: written, read back, and named by what it says. Each property quotes the rule that it checks."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.cells import guarded
from ledger.errors import BadInput, IdMismatch, LineFault
from ledger.events.history import moment_in, moment_of
from ledger.events.kinds import Fact, Registered
from ledger.events.lines import Entry, content_of, decode, encode, fact_from, fact_id, parse
from ledger.events.times import format_time, parse_time
from ledger.events.vocabulary import KINDS, Kind
from ledger.intake import CSV_KINDS, Candidate, read
from tests.kit.facts import NOW
from tests.kit.scenario import PlainLog
from tests.kit.strategies import facts, logs, texts

ENVELOPE = ["id", "kind", "recorded_at", "recorded_by"]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31), timezones=ZONES)  # noqa: DTZ001 - the zone is drawn


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=50)
def test_a_fact_of_any_kind_comes_back_from_its_line_as_it_went_in(kind: Kind, data: st.DataObject) -> None:
    """An event is stored, exported, hashed and shown as one line of JSON, the same bytes everywhere."""
    fact = data.draw(facts(kind))
    entry = Entry(7, fact_id(fact), data.draw(TIMES).astimezone(UTC), data.draw(texts()), fact)
    line = encode(entry)
    again = decode(line, 7)
    assert again == entry
    assert encode(again) == line
    assert content_of(again.fact) == content_of(fact)  # null and absent are not the same in an amendment
    assert b"\n" not in line
    assert line.decode() == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))
    assert list(json.loads(line))[:4] == ENVELOPE


def jcs(value: Any) -> str:
    """RFC 8785 from its text, for objects, arrays, text, small integers and null."""
    match value:
        case dict():
            names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))  # 3.2.3: UTF-16 code units
            return "{" + ",".join(f"{jcs(name)}:{jcs(value[name])}" for name in names) + "}"
        case list():
            return "[" + ",".join(map(jcs, value)) + "]"
        case str():
            return '"' + "".join(map(jcs_character, value)) + '"'
        case None:
            return "null"
        case _:
            return str(value)


def jcs_character(character: str) -> str:
    """RFC 8785, 3.2.2.2: seven short escapes, other controls as \\u00hh in lower case, all else as it is."""
    short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\", '"': '\\"'}
    if character in short:
        return short[character]
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 else character


@given(facts())
@settings(max_examples=300)
def test_the_id_is_the_digest_of_the_canonical_form_without_the_envelope(fact: Fact) -> None:
    """`id` is the first 32 hex digits of SHA-256 over the line without its envelope in RFC 8785 form."""
    line = json.loads(encode(Entry(1, fact_id(fact), NOW, "tester", fact)))
    content = {name: value for name, value in line.items() if name not in ("id", "recorded_at", "recorded_by")}
    assert line["id"] == hashlib.sha256(jcs(content).encode()).hexdigest()[:32]


@given(facts(), st.randoms(use_true_random=False))
def test_the_id_does_not_depend_on_the_order_of_names_or_on_spaces(fact: Fact, random: Any) -> None:
    """RFC 8785 form: keys sorted, no spaces."""
    content = content_of(fact)
    names = list(content)
    random.shuffle(names)
    shuffled = {name: content[name] for name in names}
    for spelled in (json.dumps(shuffled), json.dumps(shuffled, indent=1, ensure_ascii=False)):
        read_back, claimed = parse(spelled)
        assert read_back == fact
        assert claimed is None
        assert fact_id(read_back) == fact_id(fact)


@given(facts(), TIMES, TIMES, texts(), texts())
def test_the_id_does_not_depend_on_when_or_by_whom_it_was_recorded(
    fact: Fact, first: datetime, second: datetime, one: str, other: str
) -> None:
    """The envelope is set by the ledger at append; the id is taken without it."""
    lines = [
        json.loads(encode(Entry(n, fact_id(fact), at.astimezone(UTC), by, fact)))
        for n, at, by in ((1, first, one), (2, second, other))
    ]
    assert lines[0]["id"] == lines[1]["id"]
    assert parse(json.dumps(lines[0]))[0] == fact


@given(facts(), facts())
def test_two_facts_have_one_id_exactly_if_they_say_the_same(one: Fact, other: Fact) -> None:
    """The same fact twice is one event."""
    assert (fact_id(one) == fact_id(other)) == (content_of(one) == content_of(other))


@given(logs(max_size=12))
def test_the_moment_in_a_line_is_that_of_the_fact_in_it(log: PlainLog) -> None:
    """There are two ways to a moment, and they lead to the same."""
    for entry in log.entries:
        if entry.fact.kind not in {"registered", "amended", "retracted"}:
            moment = moment_of(entry.fact, entry.fact.parties, entry.position, entry.id)  # type: ignore[arg-type, union-attr]
            assert moment_in(encode(entry), entry.position) == moment


@given(logs(max_size=12), st.data())
def test_a_recorded_line_of_which_a_word_was_changed_is_not_read(log: PlainLog, data: st.DataObject) -> None:
    """Ids match contents: whoever alters a line without the id is found out."""
    for entry in log.entries:
        line = json.loads(encode(entry))
        name = data.draw(st.sampled_from([key for key in ("title", "note", "reason") if key in line] or ["kind"]))
        if name != "kind" and line[name] != "moot":
            altered = line | {name: "moot"}  # which may stand in all three, a lapse's reason too
            with pytest.raises(IdMismatch) as told:
                decode(json.dumps(altered).encode(), entry.position)
            assert told.value.given == line["id"] != told.value.computed


@given(
    facts(), texts(8), st.none() | st.integers() | st.booleans() | texts() | st.lists(st.integers(), max_size=2)
)
def test_no_field_that_the_design_does_not_name_is_taken_or_dropped(fact: Fact, name: str, value: Any) -> None:
    """Unknown fields are refused, not dropped."""
    content = content_of(fact)
    if name not in type(fact).model_fields:
        with pytest.raises(BadInput):
            fact_from(content | {name: value})
    if "source" in content:
        with pytest.raises(BadInput):
            fact_from(content | {"source": content["source"] | {f"x-{name}": value}})


# With infinity, with halves of characters, with numbers just beyond a score.
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=9),
    st.sampled_from(["", " ", "JPN", "2025-01-01", "20250101", "2025-01-01T00:00:00", "one-off", "https://x.org"]),
)
JSON = SCALARS | st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=200)
def test_a_line_with_any_value_in_any_field_is_taken_as_it_stands_or_refused_in_words(
    kind: Kind, data: st.DataObject
) -> None:
    """What is stored, hashed and shown is what was said; what does not parse is bad input, never a crash."""
    content = content_of(data.draw(facts(kind)))
    fields = st.sampled_from([*content, "parties", "due", "id"])
    for name in data.draw(st.sets(fields, min_size=1, max_size=2)):
        content[name] = data.draw(JSON)
    line = json.dumps(content, ensure_ascii=data.draw(st.booleans())).encode(errors="surrogatepass")
    [outcome] = read(io.BytesIO(line))
    if isinstance(outcome, Candidate):
        event("taken")
        said = {name: value for name, value in json.loads(line).items() if name != "id"}
        assert content_of(outcome.fact) == said
    else:
        event("refused")
        assert isinstance(outcome.error, BadInput)
        assert str(outcome.error).strip()


@given(
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | JSON.map(lambda one: json.dumps(one).encode())
)
@settings(max_examples=300)
def test_a_file_of_anything_is_read_to_its_end_with_a_fault_for_each_line_that_is_no_event(data: bytes) -> None:
    """Every fault is reported with its line."""
    outcomes = list(read(io.BytesIO(data)))
    assert all(isinstance(one, LineFault) and isinstance(one.error, BadInput) for one in outcomes)
    assert [one.line for one in outcomes] == sorted({one.line for one in outcomes})
    assert bool(outcomes) == any(map(bytes.strip, data.removeprefix(b"\xef\xbb\xbf").split(b"\n")))


@given(st.lists(facts(), max_size=5), st.sampled_from([b"\n", b"\r\n", b"\n\n"]), st.booleans())
def test_a_file_of_lines_is_read_as_the_facts_that_it_was_written_from(
    written: list[Fact], newline: bytes, bom: bool
) -> None:
    """`import` of exported lines checks the id: each line claims it."""
    lines = [encode(Entry(n, fact_id(fact), NOW, "tester", fact)) for n, fact in enumerate(written, 1)]
    found = list(read(io.BytesIO(b"\xef\xbb\xbf" * bom + newline.join(lines))))
    assert [(one.fact, one.claimed_id) for one in found if isinstance(one, Candidate)] == [
        (fact, fact_id(fact)) for fact in written
    ]
    assert [one.line for one in found] == [1 + n * newline.count(b"\n") for n in range(len(written))]


def _trimmed(value: Any) -> Any:
    """The value without white space around its texts, which a cell does not keep."""
    if isinstance(value, dict):
        return {name: _trimmed(one) for name, one in value.items()}
    return value.strip() if isinstance(value, str) else value


DATED = st.one_of(*(facts(kind) for kind in KINDS if kind in CSV_KINDS)).map(
    lambda fact: fact_from(_trimmed(content_of(fact)))
)


@given(st.lists(DATED, min_size=1, max_size=4), st.sampled_from(",;\t"), st.booleans())
def test_a_table_of_dated_facts_is_read_as_the_facts_that_it_was_written_from(
    written: list[Fact], delimiter: str, bom: bool
) -> None:
    """CSV: columns named as the fields, `source_title`, `source_url`; parties separated by spaces."""
    rows = [_cells(content_of(fact)) for fact in written]
    columns = list(dict.fromkeys(["kind", *(name for row in rows for name in row)]))
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns, delimiter=delimiter, quoting=csv.QUOTE_ALL if bom else csv.QUOTE_MINIMAL
    )
    writer.writeheader()
    writer.writerows(rows)
    table = text.getvalue().encode("utf-8-sig" if bom else "utf-8")
    found = list(read(io.BytesIO(table)))
    assert [one.fact for one in found if isinstance(one, Candidate)] == written


def _cells(content: dict[str, Any]) -> dict[str, Any]:
    source = content.get("source", {})
    cells = {name: value for name, value in content.items() if name != "source"}
    if "parties" in cells:
        cells["parties"] = " ".join(cells["parties"])
    cells |= {f"source_{name}": value for name, value in source.items()}
    return {name: guarded(value) if isinstance(value, str) else value for name, value in cells.items()}


@given(TIMES)
def test_a_time_is_written_in_one_way_whose_order_is_that_of_times(moment: datetime) -> None:
    """`recorded_at` is UTC."""
    text = format_time(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text)
    assert parse_time(text) == moment
    assert (text < format_time(NOW)) == (moment < NOW)


@given(facts("registered"))
def test_a_statement_keeps_every_letter_of_its_text(fact: Fact) -> None:
    """A value is taken as it stands, or refused."""
    assert isinstance(fact, Registered)
    again = decode(encode(Entry(1, fact_id(fact), NOW, "tester", fact)), 1).fact
    assert isinstance(again, Registered)
    assert (again.text, again.title, again.place) == (fact.text, fact.title, fact.place)
