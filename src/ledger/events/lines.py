"""Reading and writing the line: one event as one line of JSON (design, section 4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from ledger.errors import BadInput, LedgerError
from ledger.events.bounds import LONGEST, MOST_VALUES, TOO_LONG
from ledger.events.explain import explain, shown
from ledger.events.identity import ENVELOPE, check_id, content_id
from ledger.events.kinds import FACT, MODELS, Amended, Changes, Fact
from ledger.events.times import format_time, parse_time

_PLAIN: Final = 100_000
"""Bytes above which a line is looked at before it is judged field by field."""


class Entry(NamedTuple):
    """A fact as the log holds it: `position` counts from 1 along the log, `recorded_at` is UTC."""

    position: int
    id: str
    recorded_at: datetime
    recorded_by: str
    fact: Fact


def content_of(fact: Fact, parties: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A fact as the JSON values of its line, without the envelope; what is not given is absent.

    `parties`, if any, are those that the line spells out.
    """
    content: dict[str, Any] = _WRITERS[type(fact)](fact, mode="json", exclude_none=True)
    if parties:
        if "parties" in content:
            content["parties"] = parties
        else:
            content = {"commitment": content["commitment"], "parties": parties, **content}
    elif isinstance(fact, Amended):  # the one place where null says something: the due date is taken back
        restated = _WRITERS[Changes](fact.changes, mode="json")
        content["changes"] = {name: restated[name] for name in _in_order(fact.changes)}
    return content


_WRITERS: Final = {model: model.__pydantic_serializer__.to_python for model in (*MODELS, Changes)}


def _in_order(model: BaseModel) -> list[str]:
    return [name for name in type(model).model_fields if name in model.model_fields_set]


def fact_id(fact: Fact) -> str:
    """The id that this fact has wherever it is recorded."""
    return content_id(content_of(fact))


def fact_from(content: Mapping[str, Any]) -> Fact:
    """The fact that these JSON values state. Raises `BadInput`, which names every field at fault."""
    try:
        return _understand(_json(content), content)
    except PydanticSerializationError:
        raise BadInput("it holds half a character (a lone surrogate), or is nested too deeply") from None


def _json(content: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:
        return to_json(content)  # takes more forms, and can say of what is left what is wrong with it


def parse(line: str | bytes) -> tuple[Fact, str | None]:
    """The fact that a line states, and the id it claims, if any. Raises `BadInput`.

    The claim is checked once the parties are spelled out: see `ledger.events.book`.
    """
    fact = parse_plain(line.encode() if isinstance(line, str) else line)
    return (fact, None) if fact is not None else parse_carefully(line)


def parse_carefully(line: str | bytes) -> tuple[Fact, str | None]:
    """The same of any line, and in words what is wrong with one that is none."""
    content = _load(line)
    envelope = _take_envelope(content)
    fact = fact_from(content) if envelope else _understand(line, content)
    return fact, envelope.get("id")


def parse_plain(line: bytes) -> Fact | None:
    """The fact of a line that has no envelope, no null and no escapes; None of any other, and of a faulty one."""
    if b"\\" in line or line.startswith(b'{"id"') or len(line) > _PLAIN:
        return None
    try:
        fact = FACT.validate_json(line, strict=True)
    except ValidationError:
        return None
    # Of a name that is given twice the last value was taken, and the quotes around the first are missing.
    return fact if line.count(b'"') == _marks(fact) else None


def _marks(fact: Fact) -> int:
    """How many quotation marks a line has that gives this fact each name once, and no null."""
    if fact.kind == "amended":
        return 0  # null has its meaning there
    values = fact.__dict__
    marks = 4 * len(fact.__pydantic_fields_set__)
    if parties := values.get("parties"):
        marks += 2 * len(parties) - 2
    if source := values.get("source"):
        marks += 4 * len(source.__pydantic_fields_set__) - 2
    if values.get("paragraph") is not None or values.get("score") is not None:
        marks -= 2
    return marks


def line_of(event: str, recorded_at: str, recorded_by: str, content: Mapping[str, Any]) -> bytes:
    """A line, without a newline: UTF-8, the envelope first, then the content in its own order.

    Raises `BadInput` if it would be longer than any line that is read.
    """
    line = {"id": event, "kind": content["kind"], "recorded_at": recorded_at, "recorded_by": recorded_by}
    written = orjson.dumps({**line, **content})
    if len(written) > LONGEST:
        raise BadInput(TOO_LONG)
    return written


def encode(entry: Entry) -> bytes:
    """The line of an entry, the same bytes wherever it is written."""
    return line_of(entry.id, format_time(entry.recorded_at), entry.recorded_by, content_of(entry.fact))


def read_back(line: bytes, position: int) -> Entry:
    """The entry of a line from our own log, which was checked when it was appended.

    Raises `ValueError` or `BadInput`. Whether all of it is as it was recorded is for the audit to say, which
    decodes by `decode`.
    """
    stated = orjson.loads(line)
    take = stated.pop
    event, recorded_at, recorded_by = take("id"), parse_time(take("recorded_at")), take("recorded_by")
    check_id(event, stated)
    return Entry(position, event, recorded_at, recorded_by, FACT.validate_python(stated))


def decode(line: bytes, position: int) -> Entry:
    """The entry that a recorded line states. Raises `BadInput` if any part is not as a recorded line has it."""
    return _decode_plain(line, position) or _decode_carefully(line, position)


def _decode_plain(line: bytes, position: int) -> Entry | None:
    """The entry of a line in our own writing; None of any other, and of a faulty one.

    What is read and written again as the same bytes gives no name twice, and holds no space between.
    """
    if len(line) > _PLAIN or b"null" in line:
        return None
    try:
        stated = orjson.loads(line)
        if orjson.dumps(stated) != line:
            return None
        take = stated.pop
        event, recorded_at, recorded_by = take("id"), parse_time(take("recorded_at")), take("recorded_by")
        check_id(event, stated)
        _check_parties(stated)
        fact = FACT.validate_json(orjson.dumps(stated), strict=True)
    except (ValueError, TypeError, KeyError, AttributeError, LedgerError):
        return None
    return Entry(position, event, recorded_at, recorded_by, fact) if recorded_by else None


def _decode_carefully(line: bytes, position: int) -> Entry:
    """The same of any line, and in words what is wrong with one that is none."""
    if line.strip() != line:
        raise BadInput("the line begins or ends with white space, which a recorded line does not")
    content = _load(line)
    envelope = _take_envelope(content)
    if missing := [name for name in ENVELOPE if not envelope.get(name)]:
        raise BadInput(f"{missing[0]}: is required of a recorded line")
    fact = fact_from(content)
    check_id(envelope["id"], content)
    _check_parties(content)
    return Entry(position, envelope["id"], parse_time(envelope["recorded_at"]), envelope["recorded_by"], fact)


def _load(line: str | bytes) -> dict[str, Any]:
    """The object on a line. Raises `BadInput`, also for a name that is given twice."""
    try:
        raw = line.encode() if isinstance(line, str) else line
        loaded = orjson.loads(raw)
        # Of a name that is given twice the last value was taken, and the quotes around the first are missing.
        if isinstance(loaded, dict) and _quotes(raw) == _quotes(orjson.dumps(loaded)):
            return loaded
    except (ValueError, TypeError):
        pass
    return _load_carefully(line)


def _quotes(raw: bytes) -> int:
    """How many quotation marks delimit the strings of a JSON text."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return raw.count(b'"')


def _load_carefully(line: str | bytes) -> dict[str, Any]:
    """The same in Python, which can say what is wrong and where."""
    try:
        loaded = _decoder.decode(line if isinstance(line, str) else line.decode())
    except UnicodeDecodeError:
        raise BadInput("the line is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadInput(f"this is not JSON: {error.msg} at character {error.pos + 1}") from None
    except (RecursionError, ValueError):
        raise BadInput("this is no event: it is nested too deeply, or holds a number too long") from None
    if not isinstance(loaded, dict):
        raise BadInput("a line is one JSON object, an event")
    return loaded


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two readers could each take another of two values, and both would be right.
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BadInput(f"{twice[:60]}: is given twice")
    return found


def _no_constant(name: str) -> None:
    raise BadInput(f"{name} is no JSON value")


_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _take_envelope(content: dict[str, Any]) -> dict[str, str]:
    if content.keys().isdisjoint(ENVELOPE):
        return {}
    envelope = {name: content.pop(name) for name in ENVELOPE if name in content}
    for name, value in envelope.items():
        if not isinstance(value, str):
            raise BadInput(f"{name}: {shown(value)} is not text")
    return envelope


def _understand(line: str | bytes, content: Mapping[str, Any]) -> Fact:
    inner = (value for value in content.values() if isinstance(value, dict | list))
    if any(len(values) > MOST_VALUES for values in (content, *inner)):
        raise BadInput(f"this is no event: it holds more than {MOST_VALUES:,} values where an event has a few")
    _check_no_null(content)
    try:
        return FACT.validate_json(line, strict=True)
    except ValidationError as error:
        raise BadInput(explain(error, content)) from None


def _check_no_null(content: Mapping[str, Any]) -> None:
    if None in content.values():
        name = next(name for name, value in content.items() if value is None)
    elif isinstance(source := content.get("source"), dict) and None in source.values():
        name = "source"
    else:
        return
    raise BadInput(f"{name}: holds null; what is not given is left out")


def _check_parties(content: Mapping[str, Any]) -> None:
    parties = content.get("parties")
    if parties is not None and parties != sorted(set(parties)):
        raise BadInput("parties: a recorded line names each once, sorted")
