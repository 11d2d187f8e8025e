"""From a file's text to a draft: every sentence with its verdict, and for each pledge a proposed event."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from textwrap import shorten
from typing import Any, Final

from ledger.drafting.clauses import Clause, Reader
from ledger.drafting.dates import due_in
from ledger.drafting.lexicon import Lexicon, alternatives, lexicon
from ledger.drafting.outside import outside
from ledger.drafting.parties import Signatories
from ledger.drafting.sentences import Sentence, sentences
from ledger.drafting.verdicts import HEADING, Judge, Pledge, Verdict
from ledger.errors import BadInput
from ledger.events.statements import Quotable

_LONGEST_TITLE: Final = 120
"""Characters, cut between words."""

_CUT: Final = re.compile(
    r"[;:]|,\s+(?:including|such as|which|while|with|consistent|in (?:line|accordance)|as|by|through|leveraging|"
    r"noting|where|so|but|backed|underpinned|and\s+(?:we|they)\b)|\s+(?:by\s+\w+ing|because|while|so that)\s",
    re.IGNORECASE,
)
_BEFORE_NEXT: Final = re.compile(r"[\s,;]*\b(?:and|but|while|as)?[\s,;]*$")
_VERB_AND_OBJECT: Final = 3
"""Words that a target has at least: "strengthen and expand" has one object for both."""
_ONCE: Final = re.compile(
    r"\b(?:establish(?:ment|ing)?|launch(?:ing)?|first|next|inaugural|sign|second|third|conclude|finali[sz]e|"
    r"convene|host|summit)\b",
    re.IGNORECASE,
)
_AGAIN: Final = re.compile(
    r"\b(?:annual|annually|regular|regularly|every|each year|continue\w*|all levels)\b", re.IGNORECASE
)
_SMALL: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "our",
        "the",
        "their",
        "to",
        "with",
        "its",
        "will",
        "we",
        "they",
        "continue",
    ]
)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence, its verdict, and the events that are proposed for it: the fields of a line, without envelope."""

    sentence: Sentence
    verdict: Verdict
    events: tuple[dict[str, Any], ...] = ()


def draft(text: str, *, statement: str, parties: Sequence[str], on: date) -> tuple[Drafted, ...]:
    """All sentences of a statement, judged. Raises `BadInput` if the text is no statement of these parties."""
    words = lexicon()
    signatories = Signatories(parties, text, words)
    reader, judge = Reader(signatories, words), Judge(words, frozenset(parties), outside(parties, words))
    proposer = _Proposer(text, statement, parties, on, words)
    drafted: list[Drafted] = []
    acting = False
    for sentence in sentences(text):
        if sentence.heading:
            drafted.append(Drafted(sentence, HEADING))
            continue
        whole = f"{sentence.stem.removesuffix(':')} {sentence.text}" if sentence.stem else sentence.text
        clauses = reader.read(whole)
        acting = acting or any(clause.parties for clause in clauses)
        verdict = judge.judge(whole, clauses)
        events = tuple(proposer.events(sentence, whole, verdict.pledges, judge.names_nothing))
        drafted.append(Drafted(sentence, verdict, events))
    if not acting or not signatories.named_in(text):
        raise BadInput(
            f"this does not read as a statement of {', '.join(parties)}: no sentence says what they do; "
            "check the file and --parties"
        )
    return tuple(drafted)


class _Proposer:
    """Makes the fields of an event from a pledge; names are unique within a draft."""

    def __init__(self, text: str, statement: str, parties: Sequence[str], on: date, words: Lexicon) -> None:
        self._quotable, self._statement, self._all, self._on = Quotable(text), statement, sorted(parties), on
        self._folded = " ".join(text.split())
        self._presupposing = words.verbs["presupposing"]
        verbs = alternatives(list(words.verbs["targets"]))
        self._next_target = re.compile(
            rf"(?:,\s+)?\s*\b(?:and|as well as)\s+(?:to\s+)?(?:\w+ly\s+|also\s+|further\s+)?(?={verbs}\s)",
            re.IGNORECASE,
        )
        self._goes_on = re.compile(rf"(?:,|\bto)\s+(?:\w+ly\s+)?{verbs}\b", re.IGNORECASE)
        self._names: set[str] = set()

    def events(
        self, sentence: Sentence, whole: str, pledges: Sequence[Pledge], empty: Callable[[str], bool]
    ) -> Iterator[dict[str, Any]]:
        """The proposed events, as the fields of a line: one for each target of a pledge (R3).

        `empty` says of words whether they name anything that could be a target of its own (R4).
        """
        for pledge, following in zip_longest(pledges, pledges[1:]):
            clause, upto = pledge.clause, len(whole)
            if following is not None and following.clause.start > clause.end:
                upto = following.clause.start  # whoever acts next has an aim of their own
            target = _BEFORE_NEXT.sub("", _target(whole[:upto], clause.end))
            for begins, part in self._targets(whole, clause, target, empty):
                yield self._event(sentence, whole, clause, begins, part)

    def _targets(
        self, whole: str, clause: Clause, target: str, empty: Callable[[str], bool]
    ) -> Iterator[tuple[int, str]]:
        """Where each target begins, and its words: a verb after "and" begins one if that before has an object.

        Not in a list of three, nor where "to …" says what the deed is for: there "and" goes on with that.
        """
        begins = 0
        if re.search(r"(?:to|will|shall|would)$", whole[clause.at : clause.end], re.IGNORECASE):
            for found in self._next_target.finditer(target):
                before, after = target[begins : found.start()], target[found.end() :]
                two = len(re.findall(r"\w+", before)) >= _VERB_AND_OBJECT and not self._goes_on.search(before, 1)
                if two and not empty(before) and not empty(after):
                    yield clause.end + begins, before
                    begins = found.end()
        yield clause.end + begins, target[begins:]

    def _event(self, sentence: Sentence, whole: str, clause: Clause, begins: int, target: str) -> dict[str, Any]:
        offset = len(whole) - len(sentence.text)
        start = max(min(clause.start, clause.at), offset)
        end = max(begins + len(target), offset + 1)
        quote = self._unique(whole, start, end, offset)
        if offset and clause.end <= offset:
            quote = sentence.text.rstrip(" ;,.")
        said = f"{whole[clause.at : clause.end]}{'' if begins == clause.end else ' '}{target}"
        kind = clause.cue.kind or ("reaffirmed" if self._presupposed(target) else "made")
        due = due_in(target, self._on) or due_in(_opening(whole, clause), self._on)
        event: dict[str, Any] = {
            "kind": kind,
            "commitment": self._name(target or said),
            "parties": sorted(clause.parties) or self._all,
            "occurred_on": self._on.isoformat(),
            "statement": self._statement,
            "paragraph": self._paragraph(quote, sentence.paragraph),
            "quote": quote,
            "title": shorten(target.strip(" ,.") or said, _LONGEST_TITLE, placeholder="…"),
            "nature": "one-off" if (_ONCE.search(said) or due) and not _AGAIN.search(said) else "standing",
            "strength": clause.cue.strength,
        }
        if sentence.section and (theme := _slug(sentence.section)):
            event["theme"] = theme
        if due:
            event |= {"due": due.isoformat(), "due_basis": "stated"}
        return event

    def _presupposed(self, target: str) -> bool:
        words = re.findall(r"[a-z]+", target.lower())[:3]
        return any(word in self._presupposing for word in words)

    def _unique(self, whole: str, start: int, end: int, offset: int) -> str:
        """The shortest span from the subject to the target that stands once in the text; else the sentence."""
        quote = whole[start:end].strip(" ,;")
        if self._folded.count(quote) == 1:
            return quote
        longer = whole[start:].strip()
        return longer if longer in self._folded else whole[offset:]

    def _paragraph(self, quote: str, expected: int) -> int:
        found = self._quotable.paragraphs_with(quote)
        return min(found, key=lambda number: (number != expected, number), default=expected)

    def _name(self, words: str) -> str:
        long = [word for word in _slug(words).split("-") if word not in _SMALL]
        base = name = "-".join(long[:6]) or f"{self._statement}-pledge"
        n = 1
        while name in self._names:
            n += 1
            name = f"{base}-{n}"
        self._names.add(name)
        return name


def _opening(whole: str, clause: Clause) -> str:
    """The words that a sentence opens with, if a comma sets them apart: "By the end of 2025, they …"."""
    found = re.match(r"[^,;]{1,60},", whole[: clause.start])
    return found[0] if found else ""


def _target(whole: str, at: int) -> str:
    return _CUT.split(whole[at:], maxsplit=1)[0].rstrip(" .,;")


def _slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.lower().replace("'", "").replace("’", "")))[:90].strip("-")
