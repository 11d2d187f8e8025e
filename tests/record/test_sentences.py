"""Every sentence of the statement is accounted for in the methodology, whether it pledges anything or not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

from ledger.events.statements import paragraphs
from ledger.record import lines_of

ROOT: Final = Path(__file__).parents[2]
TEXT: Final[str] = json.loads(lines_of("brussels")[0])["text"]
PARAGRAPHS: Final = [" ".join(block.split()) for block in paragraphs(TEXT)]
ROW: Final = re.compile(r"^\| (\d+)\.(\d+) \| (.+?)(?: …)? \|", re.MULTILINE)


def table() -> dict[tuple[int, int], str]:
    """(paragraph, sentence) and how the sentence begins, as the table of sentences has them."""
    page = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
    _, _, rows = page.partition("| Key |")
    rows = rows.partition("\n\n")[0]
    return {(int(row[1]), int(row[2])): row[3] for row in ROW.finditer(rows)}


def test_every_paragraph_has_its_sentences_numbered_from_one() -> None:
    keys = list(table())

    assert keys == sorted(keys)
    for number in range(1, len(PARAGRAPHS) + 1):
        sentences = [sentence for paragraph, sentence in keys if paragraph == number]
        assert sentences == list(range(1, len(sentences) + 1)) != [], f"paragraph {number}"
    assert max(keys)[0] == len(PARAGRAPHS)


@pytest.mark.parametrize("number", range(1, len(PARAGRAPHS) + 1))
def test_the_beginnings_part_a_paragraph_into_whole_sentences(number: int) -> None:
    """Between two beginnings there is one sentence, to its full stop; so no sentence is passed over."""
    paragraph = PARAGRAPHS[number - 1]
    beginnings = [beginning for (of, _), beginning in table().items() if of == number]

    starts = [paragraph.index(beginning) for beginning in beginnings]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    pieces = [paragraph[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    assert " ".join(pieces) == paragraph
    for piece in pieces:
        inner = piece.replace("U.S.", "US").removesuffix(".")
        assert not re.search(r"\.\s+[A-Z]", inner), f"two sentences in one row: {piece}"
    assert all(piece.endswith(".") for piece in pieces[:-1])
