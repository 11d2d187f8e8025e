"""Links lead somewhere, prose is wrapped, and what is drawn is what is built."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.examples import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])
WIDTH = 115


def prose(page: Path) -> Iterator[str]:
    """The lines of a page outside of its fenced blocks."""
    fenced = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield line


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made of them where such pages are shown."""
    headings = (line.lstrip("#").strip() for line in prose(page) if line.startswith("#"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading_of_it(page: Path) -> None:
    links = re.findall(r"\]\(<?([^)\s>]+)>?\)", "\n".join(prose(page)))
    for link in links:
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), f"{page.name} links to {link}, and there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_prose_is_wrapped(page: Path) -> None:
    long = [line for line in prose(page) if len(line) > WIDTH and not line.startswith("|") and " " in line.strip()]
    assert [line for line in long if "](" not in line] == []


def test_the_floors_of_the_architecture_are_those_that_the_contracts_check() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(one for one in settings["contracts"] if one["type"] == "layers")["layers"]
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page.split("| Floor | Packages |", 1)[1].split("\n\n", 1)[0]
    told = [re.findall(r"`([a-z.]+)`", line.split("|")[2]) for line in table.splitlines()[2:]]
    assert told == [[name.strip() for name in layer.split("|")] for layer in layers]


def test_the_index_of_decisions_names_each_once_and_in_order() -> None:
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\[(\d{4})\]\((\d{4}-[a-z0-9-]+\.md)\) \| ([^|]+) \|", index)
    files = sorted(path.name for path in folder.glob("0*.md"))
    assert [name for _, name, _ in linked] == files
    for number, name, title in linked:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. {title.strip()}\n"), name
        assert [line for line in text.splitlines() if line.startswith("## ")] == [
            "## Context",
            "## Decision",
            "## Consequences",
        ], name
