"""A file as bytes to the plain text of a statement: paragraphs between blank lines, headings on their own.

Plain text stays as it is written, so that what was registered from it and what is drafted from it are the same.
Of markdown, HTML and PDF the words are kept and the dress is taken off.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal

from ledger.errors import BadInput
from ledger.events.statements import paragraphs

if TYPE_CHECKING:
    from bs4 import Tag

Form = Literal["text", "markdown", "html", "pdf"]

MOST_BYTES: Final = 20_000_000
"""What a file may weigh: a PDF of a statement with its pictures weighs less."""
MOST_CHARACTERS: Final = 600_000
"""What its text may have: forty pages have about 120,000 characters."""
MOST_IN_A_PARAGRAPH: Final = 20_000
"""Characters; a page has about 3,000."""
MOST_TAGS: Final = 20_000
"""What a page may be dressed in: a long one of a government's site has some thousand tags."""
MOST_PAGES: Final = 400
"""What a PDF may have."""

_FORMS: Final[dict[str, Form]] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".txt": "text",
}
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKDOWN: Final = re.compile(r"^(?:#{1,6} \S|\*\*[^*\n]+\*\*[ \t]*$|---[ \t]*$)", re.MULTILINE)
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens, zero-width marks and marks of direction: nothing that is read."""


_NEEDED: Final = "{} is read by the library {}: pip install 'commitment-ledger[draft]', or give the text"


def form_of(name: str, content: bytes) -> Form:
    """What a file is written in: by its name, else by how it begins."""
    begins = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith(b"%pdf-"):
        return "pdf"
    by_name = next((form for ending, form in _FORMS.items() if name.lower().endswith(ending)), None)
    if by_name is not None:
        return by_name
    if begins.startswith((b"<!doctype html", b"<html")) or b"<body" in begins or b"<p>" in begins:
        return "html"
    return "markdown" if _MARKDOWN.search(content.decode(errors="replace")) else "text"


def statement_text(content: bytes, name: str = "") -> str:
    """The text of a statement. `name` is the file's, whose ending says how it is written.

    Raises `BadInput` of what has no text: an empty file, one that is no text, or one beyond all statements.
    """
    named = name or "the file"
    if len(content) > MOST_BYTES:
        raise BadInput(
            f"{named} is larger than {MOST_BYTES // 1_000_000} MB; no statement is, so nothing was read"
        )
    readers: dict[Form, Callable[[bytes, str], str]] = {
        "text": _from_text,
        "markdown": _from_markdown,
        "html": _from_html,
        "pdf": _from_pdf,
    }
    text = _UNSEEN.sub("", readers[form_of(name, content)](content, named)).strip()
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"{named} has {len(text):,} characters; no statement is so long, so nothing was drafted")
    if not re.search(r"[^\W\d_]", text):
        raise BadInput(f"{named} has no words in it, so there is nothing to draft from")
    if (longest := max(map(len, paragraphs(text)))) > MOST_IN_A_PARAGRAPH:
        raise BadInput(
            f"{named} has a paragraph of {longest:,} characters, and no prose has; "
            "put a blank line between paragraphs"
        )
    return text


def _decoded(content: bytes, named: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{named} is not UTF-8 text, nor HTML, nor PDF; convert it first") from None
    if "\x00" in text:
        raise BadInput(f"{named} is no text: there are NUL bytes in it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _from_text(content: bytes, named: str) -> str:
    return _decoded(content, named)


def _from_markdown(content: bytes, named: str) -> str:
    try:
        from markdown_it import MarkdownIt  # noqa: PLC0415 - for markdown alone
    except ImportError:
        raise BadInput(_NEEDED.format("markdown", "markdown-it-py")) from None
    text = _FRONT_MATTER.sub("", _decoded(content, named))
    if len(text) > MOST_CHARACTERS or sum(map(text.count, "*_[<`")) > MOST_TAGS:
        raise BadInput(f"{named} has more text or marks than any statement; nothing was drafted")
    # Bold that is set with white space inside is bold to those who wrote it, and not to CommonMark.
    text = re.sub(r"\*\*\s*((?:[^*\n]|\n(?!\s*\n))+?)\s*\*\*", r"**\1**", text)
    return _blocks(MarkdownIt("commonmark", {"html": True}).render(text)).replace("**", "")


def _from_html(content: bytes, named: str) -> str:
    if b"\x00" in content:
        raise BadInput(f"{named} is no text: there are NUL bytes in it")
    if content.count(b"<") > MOST_TAGS:
        raise BadInput(f"{named} has more tags than any page of a statement; save the article alone, or its text")
    return _blocks(content)


_DROPPED: Final = ("script", "style", "nav", "header", "footer", "aside", "form", "button", "noscript", "template")
_BLOCKS: Final = (
    *("p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article"),
    *("table", "tr", "td", "th", "dl", "dt", "dd", "hr", "pre", "figure", "figcaption", "main", "body", "title"),
)


def _blocks(html: bytes | str) -> str:
    """The text of a page's article, or of all of it: a blank line between blocks."""
    try:
        from bs4 import BeautifulSoup, Comment  # noqa: PLC0415 - plain text does without
        from bs4.element import NavigableString  # noqa: PLC0415
    except ImportError:
        raise BadInput(_NEEDED.format("HTML", "beautifulsoup4")) from None
    soup = BeautifulSoup(html, "html.parser")
    for unread in [*soup(_DROPPED), *soup.find_all(string=lambda text: isinstance(text, Comment))]:
        unread.extract()
    page = max(soup(["article", "main"]), key=lambda tag: len(tag.get_text()), default=soup.body or soup)
    for string in list(page.find_all(string=True)):
        string.replace_with(NavigableString(re.sub(r"\s+", " ", str(string))))
    for bold in page(["strong", "b"]):
        _set_apart(bold)
    for broken in page("br"):
        broken.replace_with("\n")
    for item in page("li"):
        item.insert(0, "- ")
    for block in page(_BLOCKS):
        block.insert_before("\n\n")
        block.insert_after("\n\n")
    lines = re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", page.get_text())
    blocks = (re.sub(r"\s+", " ", block).strip(" -*") for block in re.split(r"\n{2,}", lines))
    return "\n\n".join(block for block in blocks if re.search(r"\w", block))


def _set_apart(bold: Tag) -> None:
    """A heading that runs into its paragraph, in bold, becomes a block of its own."""
    parent = bold.parent
    first = parent is not None and not "".join(map(str, bold.previous_siblings)).strip()
    words = bold.get_text().strip()
    after = bold.next_sibling
    broken = getattr(after, "name", None) == "br" or after is None
    closed = words.endswith((".", ":", "–", "—")) or str(after or "").lstrip().startswith((":", "–", "—"))
    if not words or len(words.split()) > 14:
        return
    if (first or _follows_break(bold)) and (broken or closed):
        bold.string = words.rstrip(" .:–—")
        if isinstance(after, str):
            after.replace_with(after.lstrip(" :–—"))
        bold.insert_before("\n\n")
        bold.insert_after("\n\n")


def _follows_break(bold: Tag) -> bool:
    before = bold.previous_sibling
    while before is not None and not str(before).strip():
        before = before.previous_sibling
    return getattr(before, "name", None) == "br"


def _from_pdf(content: bytes, named: str) -> str:
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - for PDF alone
        from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415
    except ImportError:
        raise BadInput(_NEEDED.format("PDF", "pypdf")) from None
    try:
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends on the way is not for who drafts
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput(f"{named} is encrypted; save it without a password, or give the text")
        if len(reader.pages) > MOST_PAGES:
            raise BadInput(f"{named} has {len(reader.pages)} pages; no statement has, so nothing was drafted")
        pages = [page.extract_text() for page in reader.pages]
    except BadInput:
        raise
    except DependencyError:
        raise BadInput(f"{named} is encrypted; save it without a password, or give the text") from None
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise BadInput(f"{named} is a PDF that cannot be read: {str(error) or type(error).__name__}") from None
    text = _paragraphs(_UNSEEN.sub("", "\n".join(pages)).replace("\x00", ""))
    if not text.strip():
        raise BadInput(f"{named} is a PDF without text, a scan perhaps; give the text instead")
    return text


_PAGE_NUMBER: Final = re.compile(r"(?:page\s*)?[-–— ]*\d{1,4}[-–— ]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE)


def _paragraphs(page: str) -> str:
    """Lines as they were set, to paragraphs: one ends where a line stops short, or stands alone."""
    lines = [line.strip() for line in page.splitlines()]
    lines = [line for line in lines if not (line and _PAGE_NUMBER.fullmatch(line))]
    full = 0.75 * max(map(len, lines), default=0)
    kept: list[str] = []
    for line in lines:
        kept.append(line)
        heading = len(line) < full and not line.endswith((",", ";", "-")) and line.istitle()
        if len(line) < full and (line.endswith((".", "?", "!", ":")) or heading):
            kept.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))
