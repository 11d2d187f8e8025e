"""A statement's text with the pledges marked in it: each paragraph in segments that the same pledges cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ledger.events.statements import Quotable

HEADING_LENGTH = 80
"""Characters; a longer paragraph is prose, however it ends."""


class Quote(NamedTuple):
    """A pledge's words in a statement: whose they are, the event that quotes them, and where they begin."""

    commitment: str
    event: str
    quote: str
    paragraph: int


class Segment(NamedTuple):
    """A piece of text, the commitments that it belongs to, and the quotes that begin and end with it."""

    text: str
    of: tuple[str, ...]
    begins: tuple[Quote, ...]
    ends: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a statement, counted from 1; `heading` is a guess, and for looks alone."""

    number: int
    segments: tuple[Segment, ...]
    heading: bool


class _Span(NamedTuple):
    start: int
    end: int
    quote: Quote


def marked(text: str, quotes: Iterable[Quote]) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, white space folded, cut wherever one of the quotes begins or ends.

    A quote may overlap another, and run on into the next paragraph. One that is not in the text is left out.
    """
    quotable = Quotable(text)
    found = ((quotable.span(one.quote, one.paragraph), one) for one in quotes)
    spans = sorted((_Span(*span, one) for span, one in found if span is not None), key=lambda span: span[:2])
    blocks = quotable.blocks
    paragraphs, start = [], 0
    for number, block in enumerate(blocks, 1):
        after = blocks[number] if number < len(blocks) else ""
        paragraphs.append(Paragraph(number, tuple(_segments(block, start, spans)), _is_heading(block, after)))
        start += len(block) + 1
    return tuple(paragraphs)


def _segments(block: str, start: int, spans: Sequence[_Span]) -> Iterable[Segment]:
    end = start + len(block)
    inside = [span for span in spans if span.start < end and span.end > start]
    cuts = sorted({start, end} | {cut for span in inside for cut in span[:2] if start < cut < end})
    for left, right in pairwise(cuts):
        over = [span for span in inside if span.start <= left and span.end >= right]
        yield Segment(
            block[left - start : right - start],
            tuple(dict.fromkeys(span.quote.commitment for span in over)),
            tuple(span.quote for span in over if span.start == left),
            tuple(span.quote for span in over if span.end == right),
        )


def _is_heading(block: str, after: str) -> bool:
    return len(block) <= HEADING_LENGTH and not re.search(r"[.!?:;,”\"]$", block) and not after[:1].islower()
