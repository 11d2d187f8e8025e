"""The two readers of a line, the quick one and the careful one, give one answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.events.kinds import Fact
from ledger.events.lines import (
    Entry,
    _load,
    _load_carefully,
    content_of,
    encode,
    parse_carefully,
    parse_plain,
)
from tests.kit.facts import NOW
from tests.kit.strategies import facts

NASTY = st.sampled_from(['"', "\\", '\\"', '\\\\"', "a", "é", "\n", "\u0001", "協", "\U0001f300", "null", ":"])
STRINGS = st.lists(NASTY, max_size=4).map("".join)


class Pairs(list[tuple[str, Any]]):
    """An object as it is written, where a name may stand twice."""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(STRINGS, inner), max_size=3).map(Pairs),
    max_leaves=8,
)
OBJECTS = st.lists(st.tuples(STRINGS, VALUES), max_size=5).map(Pairs)


def written(value: Any, *, as_ascii: bool) -> str:
    match value:
        case Pairs():
            inner = ", ".join(
                f"{json.dumps(k, ensure_ascii=as_ascii)}: {written(v, as_ascii=as_ascii)}" for k, v in value
            )
            return f"{{{inner}}}"
        case list():
            return f"[{','.join(written(one, as_ascii=as_ascii) for one in value)}]"
        case _:
            return json.dumps(value, ensure_ascii=as_ascii)


def outcome(read: Any, line: str | bytes) -> Any:
    try:
        return read(line)
    except BadInput as error:
        return str(error)


@given(OBJECTS, st.booleans(), st.booleans())
@settings(max_examples=1000)
def test_both_readers_give_one_answer(pairs: Pairs, as_ascii: bool, as_bytes: bool) -> None:
    text = written(pairs, as_ascii=as_ascii)
    line = text.encode() if as_bytes else text
    found = outcome(_load_carefully, line)
    event("refused" if isinstance(found, str) else "read")
    assert outcome(_load, line) == found


@given(OBJECTS, st.data())
def test_both_readers_give_one_answer_to_what_is_no_json(pairs: Pairs, data: st.DataObject) -> None:
    raw = bytearray(written(pairs, as_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.sampled_from(b'"\\{}[]:, a0\xff\x00u'))
    assert outcome(_load, bytes(raw)) == outcome(_load_carefully, bytes(raw))


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line of a fact, and lines that nearly are one: names given twice, nulls, blanks, escapes, other values."""
    content = json.loads(encode(Entry(1, "0" * 32, NOW, "tester", draw(facts()))))
    for name in ("id", "recorded_at", "recorded_by"):
        del content[name]
    pairs = list(content.items())
    for _ in range(draw(st.integers(0, 2))):
        name, value = draw(st.sampled_from(pairs))
        more = (
            name,
            draw(st.sampled_from([value, None, 1, "", ":", [], {}, {"title": "A", "url": "https://a.b"}])),
        )
        pairs.insert(draw(st.integers(0, len(pairs))), more)
    gap = draw(st.sampled_from(["", " ", "\t"]))
    inner = ",".join(
        f"{json.dumps(name)}{gap}:{gap}{json.dumps(value, ensure_ascii=draw(st.booleans()))}"
        for name, value in pairs
    )
    return f"{{{inner}}}{draw(st.sampled_from(['', ' ', '}', ',']))}"


@given(lines())
@settings(max_examples=1000)
def test_what_is_read_at_once_is_what_is_read_with_care(line: str) -> None:
    at_once = parse_plain(line.encode())
    event("with care" if at_once is None else "at once")
    if at_once is not None:
        assert outcome(parse_carefully, line) == (at_once, None)


@given(facts())
def test_an_unadorned_line_is_read_at_once(fact: Fact) -> None:
    line = json.dumps(content_of(fact), ensure_ascii=False)
    if fact.kind != "amended" and "\\" not in line:
        assert parse_plain(line.encode()) == fact
