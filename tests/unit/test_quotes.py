"""Quotes and the paragraphs that they begin in (design, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Refused, UnknownName
from ledger.events.kinds import Made
from ledger.events.statements import Quotable, paragraphs
from tests.kit.facts import TEXT, made, registered, retracted, source
from tests.kit.scenario import given


def said(quote: str | None, paragraph: int | None, **fields: Any) -> Made:
    return made(**{"statement": "pact", "source": None, "quote": quote, "paragraph": paragraph} | fields)


@pytest.mark.parametrize(
    ("quote", "paragraph"),
    [
        ("A Joint Statement", 1),
        ("They will plant trees every year.", 2),
        ("plant trees\nevery   year", 2),
        ("  will\tplant ", 2),
        ("They", 2),
        ("They", 3),
        ("They also agreed to meet", 3),
        ("in the spring.", 4),
        ("agreed to meet in the spring.", 3),
        ("agreed to meet\n\nin the spring.", 3),
        ("year. They also", 2),
        (" ".join(TEXT.split()), 1),
    ],
)
def test_a_quote_stands_in_the_text_white_space_aside_and_begins_in_its_paragraph(
    quote: str, paragraph: int
) -> None:
    given(registered(text=TEXT)).when(said(quote, paragraph)).recorded()


@pytest.mark.parametrize(
    ("quote", "paragraph", "where"),
    [
        ("They will plant", 1, "it begins in paragraph 2"),
        ("agreed to meet in the spring.", 4, "it begins in paragraph 3"),
        ("They", 1, "it begins in paragraph 2 and 3"),
        ("They", 4, "it begins in paragraph 2 and 3"),
        ("A Joint Statement", 5, "(of 4)"),
        ("They will fell trees", 2, "no paragraph has it"),
        ("they will plant", 2, "no paragraph has it"),
        ("They will … every year.", 2, "no paragraph has it"),
        ("every year", 2**53 - 1, "it begins in paragraph 2"),
    ],
)
def test_a_quote_that_does_not_begin_in_its_paragraph_is_refused_with_where_it_does(
    quote: str, paragraph: int, where: str
) -> None:
    given(registered(text=TEXT)).when(said(quote, paragraph)).refused(
        Refused, f"the quote does not begin in paragraph {paragraph} of pact", where
    )


@pytest.mark.parametrize(("quote", "paragraph"), [(None, None), ("They will plant", None), (None, 2)])
def test_with_a_statement_that_has_a_text_quote_and_paragraph_are_required(
    quote: str | None, paragraph: int | None
) -> None:
    given(registered(text=TEXT)).when(said(quote, paragraph)).refused(
        Refused, "the statement pact has a text: give the quote and its paragraph"
    )


@pytest.mark.parametrize(("quote", "paragraph"), [("They will plant", 2), ("They will plant", None), (None, 2)])
def test_without_a_text_neither_quote_nor_paragraph_is_taken(quote: str | None, paragraph: int | None) -> None:
    given(registered()).when(said(quote, paragraph)).refused(
        Refused, "the statement pact has no text", "leave them"
    )
    given().when(said(quote, paragraph, statement=None, source=source())).refused(Refused, "no statement is named")


def test_a_statement_without_a_text_is_named_without_a_quote() -> None:
    given(registered()).when(said(None, None)).recorded()


def test_a_source_beside_the_statement_does_not_stand_in_for_the_quote() -> None:
    given(registered(text=TEXT)).when(said(None, None, source=source())).refused(Refused, "give the quote")
    given(registered(text=TEXT)).when(said("plant trees", 2, source=source())).recorded()


def test_a_statement_that_is_not_on_record_is_not_cited() -> None:
    given().when(said("They will plant", 2)).refused(UnknownName, "pact is no statement on record")


def test_a_statement_that_was_retracted_is_not_cited() -> None:
    stage = given(registered(text=TEXT))
    voided = retracted(stage.id_of(1), commitment=None, statement="pact")
    given(registered(text=TEXT), voided).when(said("They will plant", 2)).refused(
        UnknownName, "pact is no statement on record"
    )


def test_a_quote_is_looked_up_in_the_text_that_was_registered_anew() -> None:
    stage = given(registered(text=TEXT))
    stage.when(said("plant flowers", 1)).refused(Refused, "no paragraph has it")
    stage.when(retracted(stage.id_of(1), commitment=None, statement="pact")).recorded()
    stage.when(registered(text="They will plant flowers.")).recorded()
    stage.when(said("plant trees", 2)).refused(Refused, "no paragraph has it")
    stage.when(said("plant flowers", 1)).recorded()


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One.\n\nTwo.", ("One.", "Two.")),
        ("One,\nstill one.\n\n\n\nTwo.", ("One,\nstill one.", "Two.")),
        ("\n\n  One.  \n \t \nTwo.\n\n", ("One.", "Two.")),
        ("One.\r\n\r\nTwo,\r\nstill two.\r\n", ("One.", "Two,\r\nstill two.")),
        ("A title\n\nA heading\n\nOne.", ("A title", "A heading", "One.")),
    ],
)
def test_paragraphs_are_the_blocks_between_blank_lines_title_and_headings_included(
    text: str, blocks: tuple[str, ...]
) -> None:
    assert paragraphs(text) == blocks
    assert Quotable(text).paragraph_count == len(blocks)


def test_words_that_a_paragraph_says_twice_are_found_there_once() -> None:
    assert Quotable("no no\n\nyes\n\nno").paragraphs_with("no") == (1, 3)


def test_words_are_not_joined_over_white_space_that_the_quote_leaves_out() -> None:
    assert Quotable("plant trees").paragraphs_with("planttrees") == ()
