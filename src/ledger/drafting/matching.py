"""Which commitments on record a pledge may reaffirm: full-text ranking, sharpened by parties, theme and names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple, Protocol

from ledger.drafting.lexicon import lexicon

_WORD: Final = re.compile(r"[\w]+(?:'s)?")
_ENDINGS: Final = re.compile(
    r"(?:isations?|izations?|ising|izing|ations?|ities|ity|ments?|ings?|ised|ized|ize|ise|ies|ed|es|s|e|y)$"
)
_LEAST: Final = 4
"""Letters that a stem keeps."""
_NAME: Final = re.compile(r"(?<![.!?] )(?<!^)\b(?:[A-Z][\w-]*[A-Z][\w-]*|[A-Z][a-z][\w-]+)\b")
"""A word in capitals, or one with a capital that opens no sentence."""
_HALF: Final = 6.0
"""The strength of a match that scores one half."""
MOST: Final = 3
"""How many candidates are told."""


class Like(Protocol):
    """A commitment on record, and how strongly its words are those that were looked for: more is better."""

    @property
    def commitment(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def theme(self) -> str | None: ...
    @property
    def parties(self) -> str: ...
    @property
    def quote(self) -> str | None: ...
    @property
    def strength(self) -> float: ...


class Match(NamedTuple):
    """A commitment that a pledge may reaffirm; `score` is from 0 to 1."""

    commitment: str
    score: float


Search = Callable[[Sequence[str]], Sequence[Like]]
"""Finds what is on record with any of these beginnings of words."""


@dataclass(frozen=True, slots=True)
class _Words:
    passed_over: frozenset[str]
    same: tuple[tuple[str, ...], ...]


@cache
def _known() -> _Words:
    data = tomllib.loads(files(__package__).joinpath("matching.toml").read_text(encoding="utf-8"))
    return _Words(
        frozenset(word for entry in data["passed_over"] for word in entry["words"]),
        tuple(tuple(entry["names"]) for entry in data["same"]),
    )


def matches(event: Mapping[str, Any], sentence: str, search: Search) -> list[Match]:
    """The commitments that a proposed event may reaffirm, best first, at most `MOST`.

    What counts is its own aim, and, for half as much, the sentence that it stands in.
    """
    title = str(event.get("title") or "")
    parties = frozenset(event.get("parties") or ())
    aims, around = (
        {one.commitment: one for one in search(wanted)} if wanted else {}
        for wanted in (stems(_without(parties, title)), stems(_without(parties, sentence)))
    )
    strengths: dict[str, float] = {}
    for name, one in (aims | around).items():
        likeness = sum(
            weight * found[name].strength for found, weight in ((aims, 1.0), (around, 0.5)) if name in found
        )
        strengths[name] = likeness * _sharpened(event, sentence, one)
    found = [Match(name, round(strength / (strength + _HALF), 2)) for name, strength in strengths.items()]
    return sorted(found, key=lambda match: (-match.score, match.commitment))[:MOST]


def _without(parties: frozenset[str], text: str) -> str:
    """The text without the names of those whose pledge it is: they are compared as parties."""
    if not parties:
        return text
    return re.sub(rf"(?<![\w-])(?<!North )(?<!Republic of ){lexicon().naming(parties)}(?![\w-])", " ", text)


def stems(text: str) -> list[str]:
    """How the telling words of a text begin, and all names of the things that it names; each once."""
    plain, named = _plain(text), list[str]()
    for names in _known().same:
        if any(_has(plain, name) for name in names):
            named += names
    for name in sorted(named, key=len, reverse=True):
        plain = re.sub(rf"\b{re.escape(name)}\b", " ", plain)
    words = [word for word in _tokens(plain) if word not in _known().passed_over and len(word) > 1]
    return list(dict.fromkeys([*map(_stem, words), *named]))


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def _tokens(plain: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(plain)]


def _has(plain: str, name: str) -> bool:
    return name in plain and re.search(rf"\b{re.escape(name)}\b", plain) is not None


def _stem(word: str) -> str:
    cut = _ENDINGS.sub("", word)
    return cut if len(cut) >= _LEAST else word


def _sharpened(event: Mapping[str, Any], said: str, one: Like) -> float:
    """What parties, theme and names make of a likeness of words."""
    return (
        _by_parties(event.get("parties") or (), frozenset(one.parties.split()))
        * _by_theme(event.get("theme"), one)
        * _by_names(said, one)
    )


def _by_parties(parties: Collection[str], bound: frozenset[str]) -> float:
    shared = len(bound & set(parties))
    return 0.5 + 0.5 * shared / max(len(bound | set(parties)), 1)


def _by_theme(theme: str | None, one: Like) -> float:
    if not theme or not one.theme:
        return 1.0
    wanted, there = set(stems(theme.replace("-", " "))), set(stems(one.theme.replace("-", " ")))
    return 1.0 + 0.25 * len(wanted & there) / max(len(wanted), 1)


def _by_names(said: str, one: Like) -> float:
    """Names in what the commitment is called tell more than those of its quote, which may begin with another's."""
    wanted = names_in(said)
    if not wanted:
        return 1.0
    called, quoted = names_in(f". {one.title}"), names_in(one.quote or "")
    return 0.8 + 0.4 * (len(wanted & called) + 0.5 * len(wanted & (quoted - called))) / len(wanted)


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """The things that a text names: those of the list by their first name there, others as they are written."""
    plain, rest = _plain(text), " ".join(text.replace("’", "'").split())
    known = set[str]()
    for names in _known().same:
        for name in names:
            if _has(plain, name):
                known.add(names[0])
                rest = re.sub(rf"\b{re.escape(name)}\b", " ", rest, flags=re.IGNORECASE)
    written = {found[0].lower().removesuffix("'s") for found in _NAME.finditer(rest)}
    return frozenset(known | (written - _known().passed_over))
