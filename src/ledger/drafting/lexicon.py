"""The lexicon, `lexicon.toml`, as it is used: each entry with its pattern. The file says how words are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from ledger.events.countries import COUNTRY_NAMES
from ledger.events.vocabulary import Strength

Class = Literal["act", "need", "expectation", "idle"]
CLASSES: Final[tuple[Class, ...]] = ("act", "need", "expectation", "idle")


@dataclass(frozen=True, slots=True)
class Cue:
    """An entry of the lexicon: words that decide, what they decide, and why.

    `subject` says where the subject is, if not before the words; `told` and `says` are of reported speech.
    """

    of: Class
    words: str
    pattern: re.Pattern[str]
    reason: str
    rule: str = "R1"
    strength: Strength = "low"
    kind: Literal["made", "reaffirmed"] | None = None
    subject: Literal["before", "purpose", "nobody", "possessor"] = "before"
    tense: Literal["", "present", "told"] = ""
    told: bool = False
    says: bool = False
    own_object: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All cues in the order of the file, and the lists of words, names and offices."""

    cues: tuple[Cue, ...]
    words: dict[str, tuple[str, ...]]
    verbs: dict[str, frozenset[str]]
    offices: dict[str, tuple[str, ...]]
    persons: dict[str, str]
    names: dict[str, tuple[str, ...]]
    adjectives: dict[str, tuple[str, ...]]

    def any_of(self, name: str) -> str:
        """A list of words as one regular expression, longest first."""
        return alternatives(self.words[name])

    def naming(self, parties: Iterable[str]) -> str:
        """How these countries are called, and what is theirs, as one regular expression, longest first."""
        patterns = {
            name
            for code in parties
            for name in (
                *self.names.get(code, ()),
                *self.adjectives.get(code, ()),
                *([re.escape(COUNTRY_NAMES[code])] if code in COUNTRY_NAMES else ()),
            )
        }
        return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"


def alternatives(words: tuple[str, ...] | list[str]) -> str:
    """Words as one regular expression, longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


@cache
def lexicon() -> Lexicon:
    """The lexicon that the program ships."""
    data = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))
    adverbs = alternatives(data["words"]["adverbs"])
    return Lexicon(
        cues=tuple(_cue(of, entry, adverbs) for of in CLASSES for entry in data[of]),
        words={name: tuple(words) for name, words in data["words"].items()},
        verbs={name: frozenset(words) for name, words in data["verbs"].items()},
        offices={name: tuple(codes) for name, codes in data["offices"].items()},
        persons={name: code for code, names in data["persons"].items() for name in names},
        names={code: tuple(names) for code, names in data["names"].items()},
        adjectives={code: tuple(names) for code, names in data["adjectives"].items()},
    )


def _cue(of: Class, entry: dict[str, Any], adverbs: str) -> Cue:
    return Cue(of=of, pattern=re.compile(_pattern(entry["words"], adverbs), re.IGNORECASE), **entry)


_BE: Final = r"(?:am|is|are|was|were|be|been|being)"
_LEADS_AWAY: Final = r"(?!(?:of|to|that|in|for|by|with|on|from|importance|need|support|welcome\w*|will|would)\b)"
_OWN: Final = (
    r"(?:\s[^;.]{1,160}?,?\s(?:and|as\swell\sas)(?=\s+(?:our|their|its|his|her|an?|the)\s))?"
    rf"(?:\s+{_LEADS_AWAY}[\w.,'/-]+){{0,8}}?"
)
"""Whose it is and what it is like: the words before "commitment", none of which leads into another phrase."""
_POSSESSOR: Final = rf"(?:our|their|its|his|her|the|[\w.-]+'s)(?:\s+{_LEADS_AWAY}[\w.,'/-]+){{0,6}}?"


def _pattern(words: str, adverbs: str) -> str:
    gap = rf"(?:,\s(?:as|in|with|together|through|along)\s[^,;]{{1,100}},)?\s+(?:{adverbs},?\s+)*"
    pattern = ""
    for n, word in enumerate(words.split()):
        if word == "...":
            pattern += r"(?:\s+[^\s.;:]+){0,10}?"
        elif word == "<own>":
            pattern += _OWN if n else _POSSESSOR
        else:
            part = (gap if n else "") + _word(word.removesuffix("?")) + r"(?![\w-])"
            pattern += f"(?:{part})?" if word.endswith("?") else part
    return rf"(?<![\w-]){pattern}"


def _word(token: str) -> str:
    return "(?:" + "|".join(map(_form, token.split("/"))) + ")"


def _form(word: str) -> str:
    form = re.sub(r"\(([^)]*)\)", r"(?:\1)?", word.replace("$", r"\$\S*")).replace("<be>", _BE)
    return re.sub(r"(?<=[\w)?])-(?=\w)", r"[-\\s]+", form)
