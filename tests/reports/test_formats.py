"""The report as a page, as a table and as an object: whole, the same each time, and harmless."""

from __future__ import annotations

import csv
import io
import json
import os
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from ledger.cells import unguarded
from tests.kit.harm import CONTROLS, HARM, is_harmless
from tests.kit.process import Program

AS_OF: Final = ("--as-of", "2026-08-01")


class Page(HTMLParser):
    """A page as a list of elements with their attributes, and the text under each id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str, tag: str | None = None) -> list[str]:
        return [
            attrs[attribute]
            for name, attrs in self.elements
            if attribute in attrs and (tag is None or name == tag)
        ]


@pytest.fixture(scope="module")
def html(shipped: Program) -> str:
    return shipped("report", *AS_OF, "--format", "html").ok()


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


# The page


def test_the_page_is_small_and_names_no_recorder(html: str) -> None:
    assert len(html.encode()) < 500_000
    assert "recorded_by" not in html


def test_the_page_is_the_same_bytes_whatever_the_machine_is_set_to(shipped: Program, html: str) -> None:
    for settings in ({"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}, {"TZ": "America/Adak", "LC_ALL": "C"}):
        assert shipped("report", *AS_OF, "--format", "html", **settings).ok() == html


def test_each_id_is_there_once_and_each_inner_link_leads_to_one(page: Page) -> None:
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    inner = [link.removeprefix("#") for link in page.all("href") if link.startswith("#")]
    assert set(inner) <= set(ids)
    labels = {
        name for attribute in ("aria-labelledby", "for") for one in page.all(attribute) for name in one.split()
    }
    assert labels <= set(ids)


def test_other_links_lead_to_the_web_and_nothing_else_is_loaded(page: Page) -> None:
    outside = [link for link in page.all("href") if not link.startswith("#")]
    assert outside
    assert all(link.startswith(("http://", "https://")) for link in outside)
    assert page.all("src") == []
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base"}


def test_pledges_and_the_text_are_linked_both_ways(shipped: Program, page: Page) -> None:
    said = [json.loads(line) for line in shipped("export").ok().splitlines()]
    quotes = {line["id"]: line["commitment"] for line in said if line.get("quote")}
    assert len(quotes) == 19
    assert {f"#q-{event}" for event in quotes} <= set(page.all("href"))
    assert {f"q-{event}" for event in quotes} <= set(page.all("id"))
    back = [attrs["href"] for tag, attrs in page.elements if tag == "a" and attrs.get("class") == "pledge"]
    assert sorted(back) == sorted(f"#c-{name}" for name in quotes.values())
    assert {name for one in page.all("data-of", "mark") for name in one.split()} == set(quotes.values())


def test_every_report_ends_with_its_checkpoint(shipped: Program, html: str) -> None:
    point = shipped("checkpoint").ok()
    assert point in html
    assert f"```\n{point}```" in shipped("report", *AS_OF).ok()
    origin, size, root = point.split()
    record = json.loads(shipped("report", "--format", "json").ok())["record"]
    assert record == {"origin": origin, "size": int(size), "root": root}


def test_of_what_was_known_earlier_the_checkpoint_is_an_earlier_one(shipped: Program, tmp_path: Path) -> None:
    for form, mark in (("markdown", "```\n"), ("html", "<pre>")):
        told = shipped("report", "--known-at", "30", "--format", form).ok()
        point = tmp_path / "point.txt"
        point.write_text(told.split(mark)[-2 if form == "markdown" else -1].split("</pre>")[0])
        assert point.read_text().split("\n")[1] == "30"
        assert shipped("verify", "--checkpoint", str(point)).code == 0


def test_an_empty_record_has_a_page(program: Program) -> None:
    program("init").ok()
    for form in ("html", "markdown", "csv", "json"):
        told = program("report", "--format", form).ok()
        assert ("Made from an empty record." in told) is (form in ("html", "markdown"))


def test_pictures_say_in_words_what_they_show(page: Page) -> None:
    pictures = [attrs for tag, attrs in page.elements if tag == "svg" and attrs.get("class") == "picture"]
    assert len(pictures) == 19 + 3
    assert all(attrs["role"] == "img" for attrs in pictures)
    assert "JPN made from 2025-04-03 to 2025-07-09. JPN fulfilled from 2025-07-09 to 2026-08-02." in page.text


# Without the extra


def test_without_the_extra_the_page_says_what_to_install(shipped: Program, tmp_path: Path) -> None:
    for library in ("altair", "jinja2", "vl_convert"):
        blocked = tmp_path / library
        blocked.mkdir()
        (blocked / f"{library}.py").write_text("raise ModuleNotFoundError")
        path = os.pathsep.join([str(blocked), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        refused = shipped("report", "--format", "html", "-o", "r.html", PYTHONPATH=path)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.endswith("pip install 'commitment-ledger[report]'\n")
        assert not (shipped.folder / "r.html").exists()
        for form in ("markdown", "csv", "json"):
            assert shipped("report", "--format", form, PYTHONPATH=path).ok()


# Data


def test_the_table_has_the_rows_of_status(shipped: Program) -> None:
    rows = list(csv.DictReader(io.StringIO(shipped("report", *AS_OF, "--format", "csv").ok(), newline="")))
    status = list(csv.DictReader(io.StringIO(shipped("status", *AS_OF, "--format", "csv").ok(), newline="")))
    assert [{name: row[name] for name in status[0]} for row in rows] == status
    assert {row["as_of"] for row in rows} == {"2026-08-01"}
    evidence = {(row["commitment"], row["country"]): len(row["evidence"].split()) for row in rows}
    assert evidence["youth-summit-2025", "JPN"] == 1
    assert evidence["dprk-sanctions", "USA"] == 6
    assert evidence["dprk-sanctions", "JPN"] == 4


def test_the_object_has_the_rows_of_status_and_no_recorder(shipped: Program) -> None:
    text = shipped("report", "JPN", *AS_OF, "--since", "2025-10-01", "--format", "json").ok()
    told: dict[str, Any] = json.loads(text)
    standings = [row for one in told["commitments"] for row in one["standings"]]
    assert standings == json.loads(shipped("status", "JPN", *AS_OF, "--format", "json").ok())
    assert [(one["code"], one["name"]) for one in told["countries"]] == [("JPN", "Japan")]
    assert told["changes"]
    assert "recorded_by" not in text


# Hostile text


@pytest.fixture(scope="module")
def hostile(harmed: Program) -> str:
    return harmed("report", "--format", "html").ok()


def test_hostile_text_is_text_in_the_page(hostile: str) -> None:
    is_harmless(hostile)
    page = Page(hostile)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {tag for tag, _ in page.elements} & {"img", "iframe"}
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    read = " ".join(page.text.split())
    for text in HARM.values():
        words = " ".join("".join(sign for sign in text if sign not in CONTROLS).split())
        assert read.count(words) >= 8, text


def test_hostile_text_is_text_in_the_table(harmed: Program) -> None:
    rows = list(csv.DictReader(io.StringIO(harmed("report", "--format", "csv").ok(), newline="")))
    for row in rows:
        for name in ("title", "quote"):
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r"))
            assert unguarded(row[name]) == HARM[list(HARM)[int(row["commitment"].removeprefix("c")) - 1]]
