"""Reading and writing the line: one event as one line of JSON (design, section 4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from ledger.errors import BadInput, IdMismatch
from ledger.events.explain import explain, shown
from ledger.events.identity import content_id
from ledger.events.kinds import FACT, Amended, Fact
from ledger.events.times import format_time, parse_time

ENVELOPE = ("id", "recorded_at", "recorded_by")

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as the log holds it: `position` counts from 1 along the log, `recorded_at` is UTC."""

    position: int
    id: str
    recorded_at: datetime
    recorded_by: str
    fact: Fact


def content_of(fact: Fact) -> dict[str, Any]:
    """A fact as the JSON values of its line, without the envelope; what is not given is absent."""
    content: dict[str, Any] = json.loads(fact.model_dump_json(exclude_none=True))
    if isinstance(fact, Amended):  # the one place where null says something: the due date is taken back
        content["changes"] = json.loads(fact.changes.model_dump_json(exclude_unset=True))
    return content


def fact_id(fact: Fact) -> str:
    """The id that this fact has wherever it is recorded."""
    return content_id(content_of(fact))


def fact_from(content: Mapping[str, Any]) -> Fact:
    """The fact that these JSON values state. Raises `BadInput`, which names every field at fault."""
    return _understand(_compact(content), content)


def parse(line: str | bytes) -> tuple[Fact, str | None]:
    """The fact that a line states, and the id it claims, if any. Raises `BadInput`.

    The claim is checked once the parties are spelled out: see `ledger.events.book`.
    """
    content = _load(line)
    envelope = _take_envelope(content)
    return _understand(_compact(content) if envelope else line, content), envelope.get("id")


def encode(entry: Entry) -> bytes:
    """The line of an entry, without a newline: UTF-8, the same bytes wherever it is written."""
    content = content_of(entry.fact)
    envelope = {
        "id": entry.id,
        "kind": content.pop("kind"),
        "recorded_at": format_time(entry.recorded_at),
        "recorded_by": entry.recorded_by,
    }
    return _compact(envelope | content).encode()


def decode(line: bytes, position: int) -> Entry:
    """The entry that a recorded line states. Raises `BadInput` if any part is not as a recorded line has it."""
    content = _load(line)
    envelope = _take_envelope(content)
    if missing := [name for name in ENVELOPE if not envelope.get(name)]:
        raise BadInput(f"{missing[0]}: is required of a recorded line")
    fact = _understand(_compact(content), content)
    if envelope["id"] != (computed := content_id(content)):
        raise IdMismatch(envelope["id"], computed)
    _check_parties(content)
    return Entry(position, computed, parse_time(envelope["recorded_at"]), envelope["recorded_by"], fact)


def _load(line: str | bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant)
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
        names = [name for name, _ in pairs]
        raise BadInput(f"{next(name for name in names if names.count(name) > 1)}: is given twice")
    return found


def _no_constant(name: str) -> None:
    raise BadInput(f"{name} is no JSON value")


def _take_envelope(content: dict[str, Any]) -> dict[str, str]:
    envelope = {name: content.pop(name) for name in ENVELOPE if name in content}
    for name, value in envelope.items():
        if not isinstance(value, str):
            raise BadInput(f"{name}: {shown(value)} is not text")
    return envelope


def _understand(line: str | bytes, content: Mapping[str, Any]) -> Fact:
    try:
        fact = FACT.validate_json(line, strict=True)
    except ValidationError as error:
        raise BadInput(explain(error, content)) from None
    # What is stored, hashed and shown is what was said: nothing may be read as something else.
    if (understood := content_of(fact)) != content:
        raise BadInput(_misread(content, understood))
    return fact


def _misread(content: Mapping[str, Any], understood: Mapping[str, Any]) -> str:
    name = next(name for name in content if content[name] != understood.get(name))
    value = content[name]
    nested = value if isinstance(value, dict) else {}
    if value is None or None in nested.values():
        return f"{name}: holds null; what is not given is left out"
    return f"{name}: {shown(value)} is not how this is written"


def _check_parties(content: Mapping[str, Any]) -> None:
    parties = content.get("parties")
    if parties is not None and parties != sorted(set(parties)):
        raise BadInput("parties: a recorded line names each once, sorted")
