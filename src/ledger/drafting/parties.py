"""Who the subject is: the words by which a statement names those who sign it, and the countries they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.drafting.lexicon import Lexicon
from ledger.events.countries import COUNTRY_NAMES
from ledger.events.statements import paragraphs

_TITLE: Final = (
    r"(?:(?:First\s+|Senior\s+)?(?:Vice\s+|Deputy\s+|Assistant\s+|Under\s+)?"
    r"(?:President|Prime\sMinister|Chancellor|Premier|"
    r"(?:Foreign|Defen[sc]e|Vice|Finance|Trade)?\s?(?:Vice[-\s])?(?:Foreign\s)?Minister|Secretary|"
    r"National\sSecurity\sAdvis[eo]r|Representative|Director|Chairman|General|Admiral|Administrator|Ambassador)"
    r"(?:\s(?:of|for)\s(?:the\s)?(?:State|Defen[sc]e|Foreign\sAffairs|National\sDefen[sc]e|Commerce|Treasury|"
    r"Energy|Economy,\sTrade\sand\sIndustry|Trade,\sIndustry\sand\sEnergy)(?:\sAffairs)?)?)"
)
_NAME: Final = r"(?:(?:[A-Z][\w'-]+|[A-Z]\.)(?:\s+(?:[A-Z][\w'-]+|[A-Z]\.)){0,3})"
_DETERMINER: Final = r"(?:the|our|both|these|their|each\sof\sthe|each\sof\sour|all\sof\sthe|all\sof\sour)"
_NUMBER: Final = r"(?:two|three|four|five)"


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase that names signatories: where it stands in a sentence, and for whom. `pronoun` is "they", "he"."""

    start: int
    end: int
    parties: frozenset[str]
    pronoun: bool = False


class Signatories:
    """Those who sign a statement, as its text names them."""

    def __init__(self, parties: Sequence[str], text: str, lexicon: Lexicon) -> None:
        self.parties = frozenset(parties)
        self._lexicon = lexicon
        self._names = {code: self._pattern(code) for code in parties}
        country = "|".join(f"(?:{pattern})" for pattern in self._names.values())
        of_country = {
            code: "|".join((*lexicon.adjectives.get(code, ()), pattern)) for code, pattern in self._names.items()
        }
        self._adjectives = of_country
        national = "|".join(f"(?:{pattern})" for pattern in of_country.values())
        self._country = rf"(?:[Tt]he\s+)?(?:{country})(?:\s\((?:[^)]*)\))?(?:'s)?"
        self._national = national
        self._mention = re.compile(self._grammar())
        self._officers = self._read_officers(text)

    def _pattern(self, code: str) -> str:
        names = list(self._lexicon.names.get(code, ())) or [re.escape(COUNTRY_NAMES[code])]
        return "|".join(rf"(?<![\w-]){name}(?![\w-])" for name in names)

    def _grammar(self) -> str:
        kinds, bodies = self._lexicon.any_of("kinds"), self._lexicon.any_of("bodies")
        words = rf"(?:(?:(?i:{kinds})|{self._national})[\s,-]+)*"
        countries = rf"{self._country}(?:(?:,\s+and\s+|,\s+|\s+and\s+){self._country})*"
        body = (
            rf"(?:(?i:{_DETERMINER}\s+)(?:{_NUMBER}\s+)?{words}(?i:{bodies})(?:\s(?:of|from)\s{countries})?'?"
            rf"|{words}(?:Leaders|Ministers|Secretaries|Presidents|Sides|Participants|Principals|Parties)"
            rf"|(?i:both|all)\s(?:of\s(?:us|them)|sides|{_NUMBER}\s+{words}(?i:{bodies}))"
            rf"|(?i:each)\s(?:of\s(?:us|our\scountries)|country|side|government|leader|{words}(?:partner|member|country|side)))"
        )
        national = rf"(?:[Tt]he\s+)?(?:{self._national})\s+(?:side|government|Government|delegation)"
        person = rf"(?:[Tt]he\s+)?(?:(?:{self._national})(?:'s)?\s+)?{_TITLE}\s{_NAME}(?:\sof\s{self._country})?"
        office = rf"(?:[Tt]he\s+)(?:(?:{self._national})\s+)?{_TITLE}s?(?:\sof\s{self._country})?"
        plural = rf"(?:{words})(?:Foreign|Defen[sc]e|Prime|Vice)\s(?:Foreign\s)?Ministers"
        group = rf"(?<![Tt]his\s)(?:[Tt]he\s+)?{self._lexicon.any_of('groups')}"
        government = rf"(?:[Tt]he\s+)?[Gg]overnments?\sof\s{countries}"
        we = r"[Ww]e(?:,\sthe\s(?:leaders|ministers|(?:[A-Z]\w+\s)*Ministers)\sof\s[^;]*?,(?=\s[a-z]))?"
        it = r"(?:(?<=that\s)it|It(?=\s(?:\w+ly\s)?(?:will|shall)\b))"
        pronoun = rf"(?:{we}|[Tt]hey|[Bb]oth|He|he|She|she|{it})(?![\w'-])"
        unit = rf"(?:{government}|{person}|{body}|{national}|{plural}|{office}|{self._country}|{group})"
        last = r"(?:,?\s+and\s+|,?\s+as\s+well\s+as\s+|\s+together\s+with\s+)"
        return rf"(?<![\w-])(?=\S)(?:{unit}(?:(?:,\s+{unit})*{last}{unit})?|{pronoun})(?![\w-])"

    def mentions(self, sentence: str) -> Iterator[Mention]:
        """Every phrase of a sentence that names signatories, from left to right."""
        for found in self._mention.finditer(sentence):
            words = found[0]
            lower = words.lower()
            pronoun = lower in ("they", "he", "she", "it")
            yield Mention(found.start(), found.end(), frozenset() if pronoun else self._who(words), pronoun)

    def _who(self, words: str) -> frozenset[str]:
        """The countries that a phrase stands for: those it names, those its officers serve, else all."""
        lower = words.lower()
        if re.match(r"(?:we|our|both|all)\b(?! sides of)", lower) and not self._named(words):
            return self.parties
        if re.match(r"we\b", lower):
            return self.parties
        found = self._named(words) | self._serving(words)
        plural = re.search(rf"\b{self._lexicon.any_of('bodies')}\b", lower)
        if plural and (not found or (not self._named(words))):
            return self.parties
        return frozenset(found) or self.parties

    def _named(self, words: str) -> frozenset[str]:
        outside = re.sub(rf"{_TITLE}\s{_NAME}(?=\sof\s)", "", words)
        return frozenset(
            code for code, pattern in self._adjectives.items() if re.search(rf"(?:{pattern})", outside)
        )

    def _serving(self, words: str) -> frozenset[str]:
        served: set[str] = set()
        open_to_several = False
        for found in re.finditer(rf"({_TITLE})(s?)(?:\s({_NAME}))?", words):
            before, after = words[: found.start()][-30:], words[found.end() :]
            if re.match(rf"\sof\s{self._country}", after) or re.search(rf"(?:{self._national})\s$", before):
                continue  # the country stands beside the office, and is named
            held = self._officer(found[1], found[3] or "")
            open_to_several |= not held
            served |= held
        return self.parties if served and open_to_several else frozenset(served)

    def _officer(self, title: str, name: str) -> frozenset[str]:
        for known in (self._officers, self._lexicon.persons):
            codes = {known[part] for part in name.split() if known.get(part) in self.parties}
            if codes:
                return frozenset(codes)
        office = " ".join(title.lower().split())
        for family in sorted(self._lexicon.offices, key=len, reverse=True):
            if re.search(rf"\b{family}\b", office):
                held = frozenset(self.parties & set(self._lexicon.offices[family]))
                return held if len(held) == 1 or family == "minister" else frozenset()
        return frozenset()

    def _read_officers(self, text: str) -> dict[str, str]:
        """Who serves whom by the statement's own words: "Prime Minister A B of Japan", "Korean Minister C"."""
        officers: dict[str, str] = {}
        # Each paragraph by itself: a title may end with the country that is not the first officer's.
        blocks = [" ".join(block.replace("’", "'").split()) for block in paragraphs(text)]
        for code, pattern in self._adjectives.items():
            before = rf"(?:{pattern})(?:'s)?\s+(?:{_TITLE})\s({_NAME})"
            after = rf"(?:{_TITLE})\s({_NAME}),?\sof\s(?:the\s)?(?:{pattern})"
            for block in blocks:
                for found in (*re.finditer(before, block), *re.finditer(after, block)):
                    for part in found[1].split():
                        officers.setdefault(part.removesuffix("'s"), code)
        return officers

    def named_in(self, text: str) -> frozenset[str]:
        """The signatories that a text names at all."""
        return self._named(text) | self._serving(text)
