"""A verdict on every sentence, by the codebook: is it a pledge, by which rule, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from ledger.drafting.clauses import Clause, folded
from ledger.drafting.lexicon import Lexicon

Word = Literal["pledge", "no pledge", "heading"]

_CUT: Final = re.compile(
    r"[;:]|,\s+(?:including|such as|which|while|with|consistent|as|by|through|leveraging|noting|where|so|but|"
    r"and\s+(?:we|they)|recogniz|because)|\s+(?:because|while|so that|based on)\s",
    re.IGNORECASE,
)
_NEGATED: Final = re.compile(r"\b(?:not|never|no|neither|nor|without)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_DATED: Final = re.compile(
    r"\b(?:in|last|earlier|since|on)\s+(?:the\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December|month|year|week|summer|spring|fall|autumn|winter|\d{1,4})\b",
    re.IGNORECASE,
)
_INSERTED: Final = re.compile(r"^\s*,\s+(?!including|such)[^,;]{1,120},\s*")
"""What stands between "will" and its verb: "will, through this body, review …"."""
_NAMED_BESIDE: Final = re.compile(
    r",\s+(?:including\s+(?!by|through|in\b|via|with|at\b|the\s+(?:importance|need))|to\s+)([^;:]+)", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w&$+][\w'&.+-]*")


@dataclass(frozen=True, slots=True)
class Pledge:
    """A clause that binds: its words and subject, and `rule` and `reason` that decided."""

    clause: Clause
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on a sentence; `pledges` has one for each act that binds, in order."""

    word: Word
    rule: str
    reason: str
    pledges: tuple[Pledge, ...] = ()


HEADING: Final = Verdict("heading", "", "a heading")


class Judge:
    """The rules R1 to R6, each in a function of its own."""

    def __init__(self, lexicon: Lexicon, parties: frozenset[str], names_outside: re.Pattern[str]) -> None:
        self._lexicon, self._parties, self._outside = lexicon, parties, names_outside
        self._vague = frozenset(lexicon.words["vague"])
        self._events = re.compile(rf"\b{lexicon.any_of('events')}\b", re.IGNORECASE)
        self._ours = re.compile(rf"\b{lexicon.any_of('ours')}\b", re.IGNORECASE)
        self._theirs = re.compile(rf"\b{lexicon.any_of('theirs')}\b", re.IGNORECASE)
        self._held = re.compile(rf"\s*(?:\w+ly\s+)?{lexicon.any_of('held')}\b", re.IGNORECASE)
        name = lexicon.naming(parties)
        self._of_both = re.compile(rf"(?:{name}-)+{name}", re.IGNORECASE)
        self._adverbs = re.compile(rf"(?:\s*(?:{lexicon.any_of('adverbs')}|\w+ly)\b,?)*\s*", re.IGNORECASE)

    def judge(self, sentence: str, clauses: tuple[Clause, ...]) -> Verdict:
        """The verdict on a sentence whose clauses were read."""
        text = folded(sentence)
        pledges: list[Pledge] = []
        against: list[tuple[str, str]] = []
        for n, clause in enumerate(clauses):
            following = next(
                (
                    other.at
                    for other in clauses[n + 1 :]
                    if other.at >= clause.end and other.parties and other.cue.of != "idle"
                ),
                None,
            )
            rule, why = self._refusal(text, clause, following)
            if why:
                against.append((rule, why))
            else:
                pledges.append(
                    Pledge(clause, clause.cue.rule if clause.cue.of == "act" else rule, clause.cue.reason)
                )
        if pledges:
            rules = sorted({pledge.rule for pledge in pledges})
            return Verdict("pledge", " ".join(rules), _told(text, pledges[0]), tuple(pledges))
        rule, why = against[0] if against else ("R1", "no words in it bind anybody")
        return Verdict("no pledge", rule, why)

    def _refusal(self, text: str, clause: Clause, following: int | None) -> tuple[str, str]:  # noqa: PLR0911 - a reason each
        """(rule, why not); no reason why not means that the clause binds by that rule."""
        said = f"“{text[clause.at : clause.end]}”"
        if clause.cue.of == "idle":
            return "R1", f"{said} {clause.cue.reason}" if clause.parties else f"{said}: {clause.refused}"
        if clause.cue.rule == "R1" and self._is_held(text, clause):
            return "R1", ""
        if clause.refused:
            return "R1", f"{said}: {clause.refused}"
        if _NEGATED.search(text[: clause.at]) or (
            re.search(r"\b(?:no|not)\b", text[clause.at : clause.end]) and clause.cue.strength == "low"
        ):
            return "R1", f"{said} is negated"
        match clause.cue.of:
            case "need":
                return "R5", self._not_ours(text, clause)
            case "expectation":
                return "R6", self._no_event(text, clause)
            case _:
                return self._unbinding(text, clause, following)

    def _unbinding(self, text: str, clause: Clause, following: int | None) -> tuple[str, str]:  # noqa: PLR0911 - a reason each
        """R1, R2 and R4 of an act."""
        said = f"“{text[clause.at : clause.end]}”"
        rest = text[clause.end :]
        verb = self._verb_after(_INSERTED.sub(" ", rest))
        modal = re.search(
            r"\b(?:will|shall|would|continues?|continue to|must|should|(?:is|are) to)(?:\s+not|\s+never)?$",
            text[clause.at : clause.end],
            re.IGNORECASE,
        )
        if (clause.cue.tense and clause.perfect) or (clause.perfect and not text[: clause.end].endswith("to")):
            return "R1", f"{said} reports a deed that is done"
        if clause.cue.tense == "told" and (_DATED.search(text) or not _founded_now(clause.subject, rest)):
            return "R1", f"{said} reports a deed that is done"
        if clause.cue.own_object and not re.search(
            r"\b(?:their|our|the|its|officials|ministers|teams)\b", text[clause.at : clause.end]
        ):
            return "R1", f"{said} directs nobody who works for them"
        if modal and verb in self._lexicon.verbs["trying"]:
            return "R1", f"{said} {verb} merely tries"
        bare = re.match(r"continue", text[clause.at :], re.IGNORECASE)
        idle = self._lexicon.verbs["idle"] | (self._lexicon.verbs["described"] if bare else frozenset())
        if (
            modal
            and verb in idle
            and not re.match(r"\s*be\s+\w+ing\b", rest)
            and not re.search(r"\b(?:not|never)$", text[: clause.end])
        ):
            return "R1", f"{said} {verb} binds nobody to a deed"
        if (
            "commitment" in clause.cue.words
            and "ironclad" in clause.cue.words
            and " in <own>" not in clause.cue.words
        ):
            rest, following = text[clause.at : clause.end].partition("ommitment")[2], None
        if self._is_vague(rest[: following - clause.end] if following else rest):
            return "R4", f"{said} names nothing that could be kept or broken"
        return clause.cue.rule, ""

    def _verb_after(self, rest: str) -> str:
        skipped = self._adverbs.match(rest)
        words = rest[skipped.end() if skipped else 0 :].split()
        if words and words[0].lower() in ("continue", "work"):
            inner = words[1:]
            inner = inner[1:] if inner[:1] == ["to"] else inner
            return re.sub(r"\W", "", inner[0].lower()) if inner and words[0].lower() == "continue" else "work"
        return re.sub(r"\W", "", words[0].lower()) if words else ""

    def _is_vague(self, complement: str) -> bool:
        """R4: neither the target names anything, nor what it includes, nor what it is for."""
        said = _INSERTED.sub(" ", complement)
        target = _CUT.split(said, maxsplit=1)[0]
        if not _WORD.search(target):
            return True
        parts = [target, *(found[1] for found in _NAMED_BESIDE.finditer(said))]
        if (listed := said[len(target) :]).startswith(":"):
            parts.append(listed[1:])  # "will coordinate: in the Mekong delta; …"
        return all(self.names_nothing(_CUT.split(part, maxsplit=1)[0]) for part in parts)

    def names_nothing(self, words: str) -> bool:
        """Whether words alone name nothing that could be kept or broken."""
        bare = (word.strip(".'-") for word in _WORD.findall(words))
        return all(
            word.lower() in self._vague or word.endswith("ly") or not word or self._of_both.fullmatch(word)
            for word in bare
        )

    def _not_ours(self, text: str, clause: Clause) -> str:
        """R5: why a need is not for the signatories to meet; empty if it is."""
        rest = re.split(r"[;]|,\s+and\s+(?:we|they)\b", text[clause.end :], maxsplit=1)[0]
        said = "the need is not for those who sign to meet"
        if self._theirs.search(rest):
            return said
        last = text[clause.at : clause.end].rsplit(maxsplit=1)[-1].lower()
        if self._ours.search(rest):
            return "" if not self._is_vague_need(rest) else "the need names nothing that could be kept or broken"
        if last == "to":
            return ""
        return f"{said}: nobody is named who has to meet it"

    def _is_vague_need(self, rest: str) -> bool:
        return self._is_vague(rest)

    def _no_event(self, text: str, clause: Clause) -> str:
        """R6: why what is awaited is no event that the signatories hold; empty if it is."""
        rest = re.split(r"[;]|,\s+and\s+", text[clause.end :], maxsplit=1)[0]
        event = self._events.search(rest)
        if event is None:
            return "what is awaited is no event that they hold"
        if self._outside.search(rest[: event.end() + 60]):
            return "what is awaited is an event that others hold"
        return ""

    def _is_held(self, text: str, clause: Clause) -> bool:
        """ "The next meeting will be held": the subject is an event, and they hold it."""
        if not re.search(r"\b(?:will|shall)$", text[clause.at : clause.end], re.IGNORECASE) or clause.parties:
            return False
        subject = re.split(r"[,;]\s", text[: clause.at])[-1]
        return bool(
            self._events.search(subject)
            and self._held.match(text, clause.end)
            and re.search(
                r"\b(?:next|first|second|third|annual|new|our|trilateral|bilateral|\d+(?:st|nd|rd|th))\b",
                subject,
                re.IGNORECASE,
            )
        )


def _founded_now(subject: str, rest: str) -> bool:
    """Whether what "launched" tells of is what the statement itself founds, and not a deed that is done."""
    of_others = subject.lower() != "we" and re.match(r'\s+the\s+["A-Z]', rest)
    return bool(of_others or re.match(r"\s+(?:an?|our|the\sfirst|today)\b", rest))


def _told(text: str, pledge: Pledge) -> str:
    clause = pledge.clause
    return f"“{text[clause.at : clause.end]}” of “{clause.subject}”: {pledge.reason}"
