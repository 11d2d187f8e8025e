"""What makes two facts the same fact: the digest of the canonical form (design, section 4; RFC 8785).

For these fields (text, small integers, arrays and objects with ASCII names) RFC 8785 comes down to sorted
names, no spaces and UTF-8, with JSON's own short escapes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from ledger.errors import IdMismatch

ENVELOPE = ("id", "recorded_at", "recorded_by")
"""What a line has beside its content."""


def content_id(content: Mapping[str, Any]) -> str:
    """The id of a line's content, as JSON values without the envelope: 32 hex digits of its SHA-256."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def check_id(event: str, content: Mapping[str, Any]) -> None:
    """Raises `IdMismatch` if that is not the id of this content."""
    if event != (computed := content_id(content)):
        raise IdMismatch(event, computed)


def sound(line: bytes) -> dict[str, Any]:
    """The JSON values of a line from our own log. Raises `ValueError`, or `IdMismatch` if a bit of it flipped."""
    stated: dict[str, Any] = orjson.loads(line)
    content = stated.copy()
    for name in ENVELOPE:
        del content[name]
    check_id(stated["id"], content)
    return stated
