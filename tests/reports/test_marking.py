"""Pledges marked in a statement's text: every sign of it stays, and each quote is marked, to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.statements import paragraphs
from ledger.reports.page.marking import Paragraph, Quote, marked
from tests.kit.facts import TEXT

PLEDGE = Quote("trees", "1", "They will plant trees every year", 2)


def covered(told: tuple[Paragraph, ...], quote: Quote) -> str:
    """The words that are marked as a commitment's, paragraph by paragraph."""
    of_each = ("".join(one.text for one in part.segments if quote.commitment in one.of) for part in told)
    return " ".join(filter(None, of_each))


def test_a_quote_is_marked_across_a_line_break() -> None:
    (title, second, *_) = marked(TEXT, [PLEDGE])

    assert [(piece.text, piece.of) for piece in title.segments] == [("A Joint Statement", ())]
    assert [(piece.text, piece.of) for piece in second.segments] == [
        ("They will plant trees every year", ("trees",)),
        (".", ()),
    ]
    assert second.segments[0].begins == second.segments[0].ends == (PLEDGE,)


def test_a_quote_runs_on_into_the_next_paragraph() -> None:
    quote = Quote("meeting", "2", "agreed to meet in the spring", 3)
    told = marked(TEXT, [quote])

    third, fourth = told[2].segments, told[3].segments
    assert [(piece.text, piece.begins, piece.ends) for piece in third if piece.of] == [
        ("agreed to meet", (quote,), ())
    ]
    assert [(piece.text, piece.begins, piece.ends) for piece in fourth if piece.of] == [
        ("in the spring", (), (quote,))
    ]


def test_quotes_overlap() -> None:
    inner, outer = Quote("a", "1", "plant trees", 2), Quote("b", "2", "They will plant trees every", 2)
    (_, second, *_) = marked(TEXT, [inner, outer])

    assert [(piece.text, piece.of) for piece in second.segments] == [
        ("They will ", ("b",)),
        ("plant trees", ("b", "a")),
        (" every", ("b",)),
        (" year.", ()),
    ]


@pytest.mark.parametrize(
    "quote",
    [Quote("a", "1", "plant trees", 3), Quote("a", "1", "plant shrubs", 2), Quote("a", "1", "They", 9)],
    ids=["not in its paragraph", "not in the text", "beyond its end"],
)
def test_what_is_not_where_it_should_be_is_not_marked(quote: Quote) -> None:
    assert not any(piece.of for part in marked(TEXT, [quote]) for piece in part.segments)


def test_the_words_stand_in_the_paragraph_that_was_named() -> None:
    told = marked("We will.\n\nWe will.", [Quote("a", "1", "We will", 2)])

    assert [bool(covered((part,), Quote("a", "", "", 1))) for part in told] == [False, True]


def test_headings_look_like_headings() -> None:
    text = "A Joint Statement\n\nThey met.\n\nOn Trees\n\nThey also agreed to meet\n\nin the spring."
    assert [part.heading for part in marked(text, [])] == [True, False, True, False, False]


WORDS = st.lists(st.sampled_from(["we", "will", "plant", "trees", "木", "\n\n", "\n"]), min_size=1, max_size=14)


@given(words=WORDS, data=st.data())
def test_every_word_stays_and_each_quote_is_covered_exactly(words: list[str], data: st.DataObject) -> None:
    """A quote must occur in the statement's text, white space aside, and begin in its paragraph (design, 3)."""
    text = " ".join(words)
    blocks = [" ".join(block.split()) for block in paragraphs(text)]
    joined = " ".join(blocks)
    quotes = []
    for number in range(data.draw(st.integers(0, 3)) if joined else 0):
        start = data.draw(st.sampled_from([at for at in range(len(joined)) if joined[at] != " "]))
        end = data.draw(st.sampled_from([at for at in range(start + 1, len(joined) + 1) if joined[at - 1] != " "]))
        paragraph = 1 + sum(start > sum(len(one) + 1 for one in blocks[:n]) - 1 for n in range(1, len(blocks)))
        quotes.append(Quote(f"c{number}", str(number), joined[start:end], paragraph))

    told = marked(text, quotes)

    assert ["".join(piece.text for piece in part.segments) for part in told] == blocks
    for quote in quotes:
        assert covered(told, quote) == quote.quote
        begun = [piece for part in told for piece in part.segments if quote in piece.begins]
        ended = [piece for part in told for piece in part.segments if quote in piece.ends]
        assert (len(begun), len(ended)) == (1, 1)
        assert begun[0] in told[quote.paragraph - 1].segments
