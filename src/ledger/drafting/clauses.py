"""The clauses of a sentence that decide: words of the lexicon, and whose words they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.drafting.lexicon import Cue, Lexicon
from ledger.drafting.parties import Mention, Signatories

_PREPOSITION: Final = re.compile(
    r"\b(?:of|by|for|with|between|among|to|from|in|on|at|including|than|toward|towards|within|against|about|"
    r"regarding|concerning|involving|via|alongside|under)\s+(?:both\s+)?$",
    re.IGNORECASE,
)
_AFTER_HAVE: Final = re.compile(r"\b(?:have|has|had)\b", re.IGNORECASE)
_FOUNDING: Final = re.compile(r"launch|establish|creat(?:e|ion)|announc|inaugurat|institut", re.IGNORECASE)
"""What was founded in one sentence may be the "it" of the next."""
_RELATIVE: Final = re.compile(r"\b(?:which|who|that\s+(?:is|are|was|were|has|have))\b[^,;]*\sand$", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]{25,}"')


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that decide, where they stand, and their subject: `parties` is empty if it is no signatory.

    `refused` says why the words bind nobody here, for a reader; `start` is where the subject begins.
    """

    cue: Cue
    start: int
    at: int
    end: int
    parties: frozenset[str] = frozenset()
    subject: str = ""
    refused: str = ""
    perfect: bool = False


def folded(text: str) -> str:
    """The text with plain quotes and spaces, character for character."""
    return text.translate(_PLAIN)


_PLAIN: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u3000": " ", "\u202f": " "}
)


class Reader:
    """Reads sentence after sentence, and remembers whom "they" and "he" stand for."""

    def __init__(self, signatories: Signatories, lexicon: Lexicon) -> None:
        self._signatories, self._lexicon = signatories, lexicon
        adverbs, subordinate = lexicon.any_of("adverbs"), lexicon.any_of("subordinate")
        auxiliary = r"(?:have|has|had|do|does|did|are|is|were|was|been|be|can)"
        self._between = re.compile(
            rf"(?:\s*,?\s*(?:{adverbs}|{auxiliary})\b\s*,?|\s*\([^)]*\)|,[^,;:]{{1,140}},|\s*[—–-]\s?[^—–]*[—–]\s?|,?\s+(?:too|each|both|all),?)*\s*",
            re.IGNORECASE,
        )
        self._loose = re.compile(rf"(?:\s*,?\s*\b(?:{adverbs}|{auxiliary})\b\s*,?)*\s*$", re.IGNORECASE)
        self._subordinate = re.compile(rf"\b{subordinate}\s+(?:\S+ly\s+)?$", re.IGNORECASE)
        self._many = signatories.parties
        self._founders: frozenset[str] = frozenset()

    def read(self, sentence: str) -> tuple[Clause, ...]:
        """The clauses that decide in a sentence, from left to right."""
        text = _QUOTED.sub(lambda found: '"' + "x" * (len(found[0]) - 2) + '"', folded(sentence))
        mentions: list[Mention] = []
        for mention in self._signatories.mentions(text):
            known = self._known(mention, text, mentions)
            mentions += [known] if known.parties else []
        found: list[Clause] = []
        for cue, at, end in self._cues(text):
            found.append(self._clause(text, cue, at, end, mentions, found))
        self._remember(text, found, mentions)
        return tuple(found)

    def _cues(self, sentence: str) -> list[tuple[Cue, int, int]]:
        text = sentence.replace("United States", "United_States")  # which states nothing
        hits = [
            (found.start(), n, cue, found.end())
            for n, cue in enumerate(self._lexicon.cues)
            for found in cue.pattern.finditer(text)
        ]
        taken: list[tuple[Cue, int, int]] = []
        reach = 0
        for start, _, cue, end in sorted(hits, key=lambda hit: hit[:2]):
            if start >= reach:
                taken.append((cue, start, end))
                reach = end if cue.of != "idle" else start + 1
        return taken

    def _known(self, mention: Mention, text: str, before: Sequence[Mention]) -> Mention:
        if not mention.pronoun:
            return mention
        if text[mention.start : mention.end].lower() == "it":
            one = [other.parties for other in before if len(other.parties) == 1]
            who = self._founders if not mention.start else one[-1] if one else frozenset()
            return Mention(mention.start, mention.end, who, True)
        return Mention(mention.start, mention.end, self._many, True)

    def _remember(self, text: str, clauses: Sequence[Clause], mentions: Sequence[Mention]) -> None:
        founders = [one.parties for one in clauses if not one.refused and _FOUNDING.search(text, one.at)]
        if founders or not text.startswith("It "):
            self._founders = founders[0] if founders else frozenset()
        for clause in clauses:
            if len(clause.parties) > 1 and not clause.refused:
                self._many = clause.parties
        if not clauses and mentions and len(mentions[0].parties) > 1:
            self._many = mentions[0].parties

    def _clause(  # noqa: PLR0913, PLR0917 - where it stands, and what stands around it
        self, text: str, cue: Cue, at: int, end: int, mentions: Sequence[Mention], before: Sequence[Clause]
    ) -> Clause:
        if cue.subject == "nobody":
            return Clause(cue, at, at, end, self._signatories.parties, "those who sign")
        if cue.subject == "possessor":
            return self._possessed(text, cue, at, end, mentions)
        mention = self._subject(text, at, mentions)
        if mention is not None:
            return self._own(text, cue, at, end, mention, before)
        return self._joined(text, cue, at, end, mentions, before)

    def _subject(self, text: str, at: int, mentions: Sequence[Mention]) -> Mention | None:
        for mention in reversed(mentions):
            if mention.end <= at and self._between.fullmatch(text, mention.end, at):
                return mention
        return None

    def _own(self, text: str, cue: Cue, at: int, end: int, mention: Mention, before: Sequence[Clause]) -> Clause:  # noqa: PLR0913, PLR0917 - where it stands, and what stands around it
        left = text[: mention.start]
        told, refused = False, ""
        if _PREPOSITION.search(left):
            return self._other(text, cue, at, end)
        if re.search(r"\bthat\s+$", left) or self._follows(left, before):
            said = next((clause for clause in reversed(before) if clause.at < mention.start), None)
            told = said is not None and not said.refused and (said.cue.says or said.cue.of in ("act", "need"))
            if not told:
                refused = "it is said of them in a clause that binds nobody"
            near = said is not None and len(text[said.end : mention.start].split()) <= 12
            if not near and re.search(r"\bthat\s+$", left):
                refused = "it stands in a clause that describes something else"
        elif self._subordinate.search(left):
            refused = "it stands in a clause that gives an occasion or a reason"
        if cue.told and not told:
            refused = refused or "'would' is no 'will' where nothing is reported"
        perfect = bool(_AFTER_HAVE.search(text[mention.end : at]))
        return Clause(
            cue, mention.start, at, end, mention.parties, text[mention.start : mention.end], refused, perfect
        )

    @staticmethod
    def _follows(left: str, before: Sequence[Clause]) -> bool:
        """Whether the subject comes right after words that say something: "they confirmed they will"."""
        return bool(before) and before[-1].cue.says and not left[before[-1].end :].strip()

    def _joined(  # noqa: PLR0913, PLR0917 - where it stands, and what stands around it
        self, text: str, cue: Cue, at: int, end: int, mentions: Sequence[Mention], before: Sequence[Clause]
    ) -> Clause:
        """A verb without a subject of its own goes on with that of the verb before it."""
        left = text[:at]
        loose = self._loose.search(left)
        stripped = left[: loose.start()] if loose else left
        joined = re.search(r"(?:\b(?:and|or|but|then)|,|;|—|–|&)\s*$", stripped, re.IGNORECASE)
        previous = next((clause for clause in reversed(before) if clause.parties and clause.subject), None)
        participle = text[at:end].split(maxsplit=1)[0].lower().endswith("ing")
        purpose = cue.subject == "purpose"
        if previous is not None and _RELATIVE.search(stripped.rstrip(), previous.end):
            return self._other(text, cue, at, end, mentions)
        if previous is not None and (joined or participle or purpose):
            told = cue.told and not previous.cue.told
            refused = previous.refused or ("'would' is no 'will' where nothing is reported" if told else "")
            perfect = bool(loose and _AFTER_HAVE.search(left[loose.start() :]))
            return Clause(cue, previous.start, at, end, previous.parties, previous.subject, refused, perfect)
        first = next((one for one in mentions if self._opens(text, one)), None)
        if first is not None and first.end <= at and (joined or participle or purpose):
            return Clause(cue, first.start, at, end, first.parties, text[first.start : first.end])
        if (participle and not stripped.strip()) or (participle and re.search(r"\bwhile\s*$", stripped)):
            return self._ahead(text, cue, at, end, mentions)
        return self._other(text, cue, at, end, mentions)

    def _opens(self, text: str, mention: Mention) -> bool:
        return not text[: mention.start].strip() or text[: mention.start].rstrip().endswith(",")

    def _ahead(self, text: str, cue: Cue, at: int, end: int, mentions: Sequence[Mention]) -> Clause:
        """A participle that opens the sentence has the subject of what follows it."""
        after = next(
            (one for one in mentions if one.start > end and text[: one.start].rstrip().endswith(",")), None
        )
        if after is None:
            return self._other(text, cue, at, end, mentions)
        return Clause(cue, at, at, end, after.parties, text[after.start : after.end])

    def _possessed(self, text: str, cue: Cue, at: int, end: int, mentions: Sequence[Mention]) -> Clause:
        """ "Our commitment … is ironclad": whose it is, is the subject."""
        words = text[at:end]
        if text[:at].strip(" ,") and not re.search(r"(?:\bthat|,|\band)\s*$", text[:at]):
            return self._other(text, cue, at, end, mentions)
        whose = self._owner(words, at, mentions)
        if whose is None:
            return self._other(text, cue, at, end, mentions)
        return Clause(cue, at, at, end, whose, words.split(" commitment")[0])

    def _owner(self, words: str, at: int, mentions: Sequence[Mention]) -> frozenset[str] | None:
        begins = words.lower()
        for mention in mentions:
            if at - 4 <= mention.start < at + len(words) and text_is_possessive(words[mention.end - at - 2 :]):
                return mention.parties
        if begins.startswith(("our ", "their ")):
            return self._many if begins.startswith("their") else self._signatories.parties
        owners = [one for one in mentions if at - 4 <= one.start <= at + 4]
        return owners[0].parties if owners else None

    def _other(self, text: str, cue: Cue, at: int, end: int, mentions: Sequence[Mention] = ()) -> Clause:
        words = text[at:end]
        inner = re.search(
            r"^(?:underscore|reaffirm|emphasi[sz]e|affirm|reiterate|confirm|highlight)\w*\s(.*?)commitment",
            words,
            re.IGNORECASE,
        )
        if inner and (whose := self._owner(words[inner.start(1) :], at + inner.start(1), mentions)) is not None:
            return Clause(cue, at, at, end, whose, inner[1].strip())
        clause = " ".join(re.split(r"[,;:]\s", text[:at])[-1].split()[-6:])
        return Clause(
            cue, at, at, end, refused=f"its subject is no signatory: “{clause}”" if clause else "it has no subject"
        )


def text_is_possessive(rest: str) -> bool:
    """Whether what follows a name makes it a possessor."""
    return rest.startswith(("'s", "s'", "'"))
