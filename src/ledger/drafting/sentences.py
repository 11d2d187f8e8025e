"""The sentences of a statement, numbered by paragraph as quotes are (`ledger.events.statements.paragraphs`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from ledger.events.statements import paragraphs

if TYPE_CHECKING:
    from pysbd import Segmenter


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a heading: `paragraph` and `number` count from 1, `text` is verbatim, white space folded.

    `section` is the heading that it stands under, None under the title alone. `stem` is the sentence that an
    item of a list completes ("We commit to:"), None of all others. A sentence that a blank line breaks in two
    is one, and stands where it begins.
    """

    paragraph: int
    number: int
    text: str
    heading: bool = False
    section: str | None = None
    stem: str | None = None


_ENDS: Final = re.compile(r"""[.!?…]["'”’)\]]*(?:\s*\[?\d{0,2}\]?)$""")
_ITEM: Final = re.compile(r"(?:[-–—•‣◦·*o]|\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})[.)])\s+(?=\S)")
_HEADING_WORDS: Final = 14
_NUMERAL: Final = re.compile(r"(?:\(?(?:[IVX]{1,5}|\d{1,2}|[A-Z])[.)]|[-–—•*])\s+")


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences and headings of a text, in order."""
    found: list[Sentence] = []
    section = stem = None
    for first, pieces in _joined(paragraphs(text)):
        block = " ".join(pieces)
        if _is_heading(block, first):
            section = None if first == 1 else block
            stem = None
            found.append(Sentence(first, 1, block, heading=True))
            continue
        item = _ITEM.match(block) is not None or block[:1].islower()
        if not item:
            stem = None
        for (paragraph, number), (sentence, completes) in zip(
            _numbers(parts := _split(" ".join(pieces)), first, pieces),
            _with_stems(parts, stem if item else None),
            strict=True,
        ):
            found.append(Sentence(paragraph, number, sentence, section=section, stem=completes))
            if sentence.endswith(":"):
                stem = sentence
    return tuple(found)


def _joined(blocks: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The blocks by number, white space folded; one that breaks off in mid-sentence is with the next ones."""
    pending: list[str] = []
    first = 1
    for number, raw in enumerate(blocks, 1):
        block = " ".join(raw.split())
        if pending and not (block[:1].islower() and not _ITEM.match(block)):
            yield first, pending
            pending = []
        if not pending:
            first = number
        pending.append(block)
        if _ENDS.search(block) or block.endswith((":", ";")):
            yield first, pending
            pending = []
    if pending:
        yield first, pending


def _numbers(parts: list[str], first: int, pieces: list[str]) -> Iterator[tuple[int, int]]:
    """(paragraph, number) of each sentence of a block: by where it begins; the tail of a broken one is a first."""
    begins = [0]
    for piece in pieces:
        begins.append(begins[-1] + len(piece) + 1)
    at = number = paragraph = 0
    for part in parts:
        within = next(n for n, start in enumerate(begins[1:]) if at < start)
        number = number + 1 if within == paragraph else (1 if at == begins[within] else 2)
        paragraph = within
        yield first + within, number
        at += len(part) + 1


def _is_heading(block: str, number: int) -> bool:
    """A heading is short and has no full stop; the title may be longer."""
    words = block.split()
    if _ENDS.search(block) or block.endswith((";", ",")) or len(words) > (40 if number == 1 else _HEADING_WORDS):
        return False
    if _ITEM.match(block) and not _NUMERAL.match(block):
        return False
    if block.endswith(":"):
        return len(words) <= 6 and _is_titled(words)
    return number == 1 or _is_titled(words) or not block[:1].islower()


def _is_titled(words: list[str]) -> bool:
    long = [word for word in words if len(word) > 3]
    return sum(word[0].isupper() or not word[0].isalpha() for word in long) >= 0.6 * len(long)


def _with_stems(parts: list[str], stem: str | None) -> Iterator[tuple[str, str | None]]:
    """The sentences of a block, and the stem that each of them completes."""
    for part in parts:
        completes = stem if stem is not None and (_ITEM.match(part) or part[:1].islower()) else None
        yield part, completes
        if part.endswith(":"):
            stem = part


def _split(block: str) -> list[str]:
    """The sentences of a block. What the splitter takes apart at a numeral or an abbreviation is put together."""
    parts: list[str] = []
    for part in (found.strip() for found in _segmenter().segment(block)):
        if not part:
            continue
        if parts and ((not _ENDS.search(parts[-1]) and not parts[-1].endswith((":", ";"))) or part[0].islower()):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts if " ".join(parts) == block else [block]


@cache
def _segmenter() -> Segmenter:
    from pysbd import Segmenter  # noqa: PLC0415 - what only asks does without

    return Segmenter(language="en", clean=False)
