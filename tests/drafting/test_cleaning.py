"""What a file has of words, whatever it is written in; and what is told where a library is missing."""

from __future__ import annotations

import sys

import pytest

from ledger.drafting.cleaning import statement_text
from ledger.drafting.genre import check_genre
from ledger.errors import BadInput

WORDS = "Joint Statement\n\nThe leaders met.\n\nThey will meet again."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", WORDS),
        ("a.md", "---\ntitle: x\n---\n# Joint Statement\n\nThe leaders\nmet.\n\nThey *will* meet again.\n"),
        (
            "a.html",
            "<nav>Home</nav><h1>Joint Statement</h1><p>The leaders met.<p>They will meet again.",
        ),
    ],
)
def test_the_words_are_the_same_in_every_form(name: str, content: str) -> None:
    assert statement_text(content.encode(), name) == WORDS


@pytest.mark.parametrize(("name", "library"), [("a.md", "markdown_it"), ("a.html", "bs4"), ("a.pdf", "pypdf")])
def test_a_missing_library_is_told_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    content = b"%PDF-1.7" if name == "a.pdf" else b"<p>We will.</p>"
    with pytest.raises(BadInput, match=r"pip install 'commitment-ledger\[draft\]'"):
        statement_text(content, name)


def test_a_statement_names_a_state_in_some_way() -> None:
    check_genre("The two sides met.", "it")
    with pytest.raises(BadInput, match="does not read as a statement of governments"):
        check_genre("We will charge interest.", "it")
