"""The names of countries that do not sign."""

from __future__ import annotations

import re
from collections.abc import Collection

from ledger.drafting.lexicon import Lexicon
from ledger.events.countries import COUNTRY_NAMES


def outside(parties: Collection[str], lexicon: Lexicon) -> re.Pattern[str]:
    """Any name of a country that is no party."""
    names = [re.escape(name) for code, name in COUNTRY_NAMES.items() if code not in parties]
    names += [name for code, many in lexicon.names.items() if code not in parties for name in many]
    return re.compile(r"\b(?:" + "|".join(sorted(names, key=len, reverse=True)) + r")\b")
