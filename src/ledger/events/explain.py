"""Saying in words what pydantic found wrong with a line: the field, the fault, and what would be accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ledger.events.vocabulary import KINDS

_NOT_A_DAY: Final = "{input} is not a date like 2025-04-03"
_WORDS: Final = {
    "date_from_datetime_parsing": _NOT_A_DAY,
    "date_parsing": _NOT_A_DAY,
    "date_type": _NOT_A_DAY,
    "extra_forbidden": "is no field of {kind}",
    "greater_than_equal": "{input} is less than {ge}",
    "int_from_float": "{input} is not a whole number",
    "int_type": "{input} is not a whole number",
    "json_invalid": "it holds half a character (a lone surrogate), or is nested too deeply",
    "less_than_equal": "{input} is more than {le}",
    "literal_error": "{input} is not one of {expected}",
    "missing": "is required",
    "string_type": "{input} is not text",
    "too_short": "names at least one",
    "tuple_type": '{input} is not a list of country codes, like ["JPN", "USA"]',
    "union_tag_invalid": "{input} is no kind of event; it is one of {kinds}",
    "union_tag_not_found": "is required; it is one of {kinds}",
}
_SLUG: Final = "lower-case letters and digits joined by hyphens, like apec-2025, and at most 100 of them"
_FORMS: Final = {
    "commitment": _SLUG,
    "statement": _SLUG,
    "theme": _SLUG,
    "url": "an address that begins with http:// or https://",
    "event": "the id of an event, 32 hexadecimal digits",
}


def explain(error: ValidationError, content: Mapping[str, Any]) -> str:
    """All faults of a line in one sentence, field by field."""
    found = error.errors()
    inner = {one["loc"][:-1] for one in found}  # a list is not also too short for what is wrong inside it
    told = (one for one in found if not (one["type"] == "too_short" and one["loc"] in inner))
    return "; ".join(dict.fromkeys(_explain_one(one, content) for one in told))


def shown(value: object) -> str:
    """A value as a message quotes it: as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _explain_one(one: ErrorDetails, content: Mapping[str, Any]) -> str:
    path = [str(part) for part in one["loc"] if part not in KINDS]
    field = ".".join(path) or ("kind" if one["type"].startswith("union_tag") else "")
    given = content.get("kind") if field == "kind" else one["input"]
    return f"{field}: {_fault(one, path, given, content)}" if field else _fault(one, path, given, content)


def _fault(one: ErrorDetails, path: list[str], given: object, content: Mapping[str, Any]) -> str:
    context = one.get("ctx", {})
    if one["type"] == "value_error":
        return str(context["error"])
    if one["type"] in ("string_pattern_mismatch", "string_too_long"):
        return f"{shown(given)} is not {_FORMS.get(path[-1], 'text with words in it')}"
    words = _WORDS.get(one["type"], one["msg"].replace("{", "{{").replace("}", "}}"))
    expected = str(context.get("expected", "")).replace("'", "")
    told = {"input": shown(given), "kind": content.get("kind"), "kinds": ", ".join(KINDS), "expected": expected}
    return words.format_map({**context, **told})
