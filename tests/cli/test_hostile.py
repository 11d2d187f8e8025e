"""Text from anywhere stays text: in a terminal, a spreadsheet, a markdown page, and the report.

Whoever writes a title or a note may mean harm, or may have copied more than they saw. Whatever the words are, they
are shown as words, and neither steer the terminal, nor run as a formula, nor become markup, nor break the layout.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ledger.events.fields import Source
from tests.cli.conftest import lines
from tests.kit.facts import made
from tests.kit.harm import CONTROLS, HARM, content, is_harmless
from tests.kit.process import Program
from tests.kit.terminal import ESCAPE, cells, on_terminal, unstyled

PAGES: Final = {
    "status": ("status",),
    "status, as a matrix": ("status", "--matrix"),
    "log": ("log",),
    "statements": ("statements",),
    "replay": ("replay",),
    "diff": ("diff", "2025-01-02", "2025-04-02"),
    "diff of knowledge": ("diff", "--known", "2", "6"),
}


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_harmless_and_keep_their_width(harmed: Program, page: str) -> None:
    piped = harmed(*PAGES[page]).ok()

    is_harmless(piped)
    assert {cells(line): line for line in piped.splitlines() if cells(line) > 80} == {}


def test_on_a_terminal_there_are_colours_of_our_own_and_nothing_else(harmed: Program) -> None:
    shown = on_terminal(harmed, "log").out

    is_harmless(unstyled(shown))
    assert set(re.findall(r"\x1b(\[[0-9;]*.)", shown)) <= {"[0m", "[1m", "[31m", "[32m", "[34m", "[36m"}
    assert {cells(line): line for line in shown.splitlines() if cells(line) > 80} == {}


STEERING: Final = ("colours", "a title for the window", "a bell and backspaces", "a turn", "lines", "emphasis")
WIDE: Final = ("a long word", "wide characters", "marks", "lines unseen")


@pytest.mark.parametrize("harm", STEERING + WIDE)
def test_a_story_is_harmless_and_keeps_its_width(harmed: Program, harm: str) -> None:
    number = list(HARM).index(harm) + 1

    for name in (f"c{number}", f"s{number}") if harm in ("lines", "a turn") else (f"c{number}",):
        page = harmed("show", name).ok()
        is_harmless(page)
        assert {cells(line): line for line in page.splitlines() if cells(line) > 80} == {}
        for word in _words(HARM[harm]):
            assert word in re.sub(r"\s+", "", page), "the words are all there"


def _words(text: str) -> list[str]:
    return "".join(sign for sign in text if sign not in CONTROLS).split()


def test_refusals_quote_it_harmlessly(harmed: Program) -> None:
    harm = HARM["colours"] + HARM["a title for the window"]

    for args in (("show", harm), ("status", "--as-of", harm)):
        refused = on_terminal(harmed, *args)
        assert refused.code in (2, 3)
        assert refused.err.strip()
        is_harmless(unstyled(refused.err))
    described = harmed("reaffirm", "c11", "--on", "2025-07-01", "--title", "Else", *_PAPER)
    assert described.code == 3
    is_harmless(described.err)


_PAPER: Final = ("--source-title", "A paper", "--source-url", "https://example.org/a")


# Spreadsheets


def test_no_cell_of_a_csv_begins_as_a_formula(harmed: Program) -> None:
    for args in (
        ("log",),
        ("status",),
        ("statements",),
        ("replay",),
        ("diff", "2025-01-02", "2025-04-02"),
        ("show", "c19"),
    ):
        header, *rows = csv.reader(io.StringIO(harmed(*args, "--format", "csv").ok(), newline=""))
        assert rows
        numbers = {header.index("score")} if "score" in header else set()
        for row in rows:
            assert len(row) == len(header)
            for n, cell in enumerate(row):
                assert n in numbers or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (header[n], cell)


def test_a_csv_keeps_the_words_as_they_are(harmed: Program) -> None:
    """In a pipe a cell is the field, to the last sign, but for the mark that keeps it from being a formula."""
    rows = list(csv.DictReader(io.StringIO(harmed("log", "--kind", "made", "--format", "csv").ok(), newline="")))

    for text, row in zip(HARM.values(), rows, strict=True):
        for name in ("title", "note", "quote", "source_title"):
            cell = row[name]
            assert cell.removeprefix("'") == text, name
            assert cell == text or text.startswith(("=", "+", "-", "@", "\t", "\r", "'"))


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_no_format_steers_a_terminal(harmed: Program, form: str) -> None:
    shown = on_terminal(harmed, "log", "--format", form).out

    assert "c14" in shown
    assert not {ESCAPE, "\x07", "\x08", "\x9b", "\x7f"} & set(shown)


# Markdown

_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> Iterator[Token]:
    """All that a markdown reader makes of a page, inline and block."""
    for token in _PARSER.parse(text):
        yield token
        yield from token.children or ()


def prose(text: str) -> str:
    """What a person reads of a page, on one line."""
    return "".join(token.content if token.type in ("text", "code_inline") else " " for token in tokens(text))


def links(text: str) -> list[str]:
    return [str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"]


def test_markdown_tables_have_rows_of_text(harmed: Program) -> None:
    for args in (("log",), ("statements",), ("diff", "--known", "2", "6"), ("replay",)):
        page = harmed(*args, "--format", "markdown").ok()
        made_of = {token.type for token in tokens(page)}
        assert made_of <= {
            *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
            *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "inline", "text"),
        }, args
        width = page.splitlines()[0].count("|") - 1
        per_row = [row.count("<td") for row in _PARSER.render(page).split("</tr>") if "<td" in row]
        assert set(per_row) == {width}
        is_harmless(page)


def test_markdown_says_the_words_that_were_written(harmed: Program) -> None:
    page = harmed("log", "--kind", "registered", "--format", "markdown").ok()

    read = prose(page)
    for harm, text in HARM.items():
        assert " ".join(_words(text)) in " ".join(read.split()), harm


@pytest.fixture(scope="session")
def report(harmed: Program) -> str:
    return harmed("report", "--as-of", "2025-12-31", "--since", "2025-01-02").ok()


def test_the_report_has_no_markup_but_its_own(report: str) -> None:
    found = list(tokens(report))

    foreign = {"html_block", "html_inline", "image", "code_block", "hr", "s_open", "ordered_list_open"}
    assert {token.type for token in found} & foreign == set()
    checkpoint = r"commitment-ledger/[0-9a-f]{12}\n\d+\n[A-Za-z0-9+/]{43}=\n"
    (fence,) = (token for token in found if token.type == "fence")
    assert re.fullmatch(checkpoint, fence.content)
    assert {token.markup for token in found if token.type == "heading_open"} == {"#", "##", "###"}
    headings = [found[n + 1].content for n, token in enumerate(found) if token.type == "heading_open"]
    assert headings[0] == "Status of commitments"
    names = [heading for heading in headings if re.fullmatch(r"c\d+", heading)]
    assert sorted(names) == sorted(f"c{n}" for n in range(1, len(HARM) + 1))
    assert not [heading for heading in headings if "heading" in heading or "four" in heading or "one" in heading]
    is_harmless(report)


def test_the_report_links_to_sources_and_to_itself_alone(report: str) -> None:
    found = set(links(report))
    outside = {link for link in found if not link.startswith("#")}

    assert outside == {f"https://example.org/{n}" for n in range(1, len(HARM) + 1)}
    assert found - outside == {f"#c{n}" for n in range(1, len(HARM) + 1)}


@pytest.mark.parametrize("harm", HARM)
def test_the_report_says_the_words_that_were_written(report: str, harm: str) -> None:
    name = f"c{list(HARM).index(harm) + 1}"
    section = re.split(r"^### ", report, flags=re.MULTILINE)
    story = next(part for part in section if part.startswith(f"{name}\n"))

    words = " ".join(_words(HARM[harm]))
    read = " ".join(prose(f"### {story}").split())
    # a title, a quote, five notes, two occurrences, four sources; what was amended, and why
    assert read.count(words) >= 12, read
    blocks = [
        token.type for token in _PARSER.parse(f"### {story}") if token.level == 0 and token.type.endswith("_open")
    ]
    assert blocks[:3] == ["heading_open", "paragraph_open", "blockquote_open"], "the title is a paragraph of text"
    quoted = _PARSER.render(f"### {story}").split("<blockquote>")[1].split("</blockquote>")[0]
    assert set(re.findall(r"<(\w+)", quoted)) == {"p"}, "the quote is text"


ADDRESSES: Final = (
    "https://example.org/a_b*c*d`e`f",
    "https://example.org/(a)[b](c)",
    "https://example.org/~~a~~|b|",
    "https://example.org/a\\",
    "https://example.org/a&lt;b&amp;c",
    "https://example.org/[x](https://evil.example)\\",
    "https://例え.jp/道?q=値#部",
)


def test_an_address_stays_one_link_whatever_it_is_made_of(empty: Program) -> None:
    sources = (Source(title=f"Paper {number}.", url=url) for number, url in enumerate(ADDRESSES))
    given = [made(f"c{number}", source=source) for number, source in enumerate(sources)]
    empty("import", "-", stdin="".join(json.dumps(content(fact)) + "\n" for fact in given)).ok()

    page = empty("report").ok()

    assert [_read_back(link) for link in links(page) if not link.startswith("#")] == list(ADDRESSES)
    assert all(
        f"(Paper {number}.)" in re.sub(r" *([()]) *", r"\1", prose(page)) for number in range(len(ADDRESSES))
    )


def _read_back(href: str) -> str:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    parts = urlsplit(href)
    host = parts.netloc.encode().decode("idna")
    return f"{parts.scheme}://{host}" + unquote(href.split(parts.netloc, 1)[1])


def test_a_hostile_statement_comes_in_as_text_and_goes_out_as_it_came(program: Program, tmp_path: Path) -> None:
    program("init").ok()
    text = "\n\n".join(HARM.values()).replace("\r\n", "\n").replace("\r", "\n").strip()
    (program.folder / "s.txt").write_text(text, encoding="utf-8", newline="")

    program("register", "s.txt", "--id", "s", "--title", "T", "--on", "2025-01-01", "--parties", "JPN").ok()

    assert json.loads(lines(program)[0])["text"] == text
    exported = program("export").ok()
    assert exported.count("\n") == 1
    assert not {ESCAPE, "\x07", "\x08"} & set(exported)
