"""Whether a text is of the genre at all: statements are of governments, and say so."""

from __future__ import annotations

import re
from typing import Final

from ledger.errors import BadInput

_OF_STATES: Final = re.compile(
    r"\b(?:presidents?|prime ministers?|(?:vice[- ])?ministers?|secretar(?:y|ies)|leaders|chancellors?|"
    r"heads of (?:state|government)|governments?|ministr(?:y|ies)|delegations?|both sides|two sides|all sides|"
    r"our (?:\w+ )?(?:countries|nations|peoples|alliance|cooperation)|(?:bi|tri|quadri|multi)lateral|"
    r"joint (?:statement|communiqu[eé]|declaration))\b",
    re.IGNORECASE,
)
"""Offices, bodies of state, and the words by which states speak of themselves together."""


def check_genre(text: str, named: str) -> None:
    """Raises `BadInput` if no office, body or doing of states is named in the text."""
    if not _OF_STATES.search(text):
        raise BadInput(
            f"{named} does not read as a statement of governments: it names no office, body or meeting of states"
        )
