"""The report page in a real browser: it opens offline, filters, and serves eyes, ears, keyboards and paper."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.browser.kit import PHONE, Browse, Visit
from tests.kit.harm import HARM
from tests.kit.process import Program

AS_OF: Final = ("--as-of", "2026-08-01")
WIDE: Final = {"viewport": {"width": 1280, "height": 900}}
LOOKS: Final = {
    "light": WIDE,
    "dark": WIDE | {"color_scheme": "dark"},
    "phone": PHONE,
    "phone, dark": PHONE | {"color_scheme": "dark"},
}


def written(program: Program, folder: Path, *args: str) -> str:
    """The address of a program's page in a file."""
    path = folder / "report.html"
    program("report", "--format", "html", "-o", str(path), *args).ok()
    return path.as_uri()


@pytest.fixture(scope="module")
def address(shipped: Program, tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(shipped, tmp_path_factory.mktemp("page"), *AS_OF)


@pytest.fixture(scope="module")
def overdue(pact: Program, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with something overdue, lapsed and corrected on it."""
    return written(pact, tmp_path_factory.mktemp("pact"), "--as-of", "2026-01-31", "--since", "2025-04-01")


def shown(visit: Visit) -> set[str]:
    """The commitments whose stories are to be seen; the matrix shows the same."""
    page = visit.page
    stories = set(page.locator("article.commitment:visible").evaluate_all("all => all.map(one => one.dataset.of)"))
    rows = set(page.locator(".matrix tr[data-of]:visible").evaluate_all("all => all.map(one => one.dataset.of)"))
    assert stories == rows
    return stories


def commitments(rows: Iterable[dict[str, Any]]) -> set[str]:
    return {row["commitment"] for row in rows}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("which", ["address", "overdue"])
def test_it_asks_for_nothing_complains_of_nothing_and_is_accessible(
    browse: Browse, request: pytest.FixtureRequest, which: str, look: str
) -> None:
    url = request.getfixturevalue(which)
    visit = browse(url, **LOOKS[look])
    assert visit.requests == [url]
    assert visit.overflows() <= 0
    assert visit.axe() == []
    assert visit.complaints == []


@pytest.mark.parametrize("option", [("--status", "fulfilled"), ("--status", "made"), ("--theme", None), ()])
@pytest.mark.parametrize("country", ["", "JPN", "USA"])
def test_filters_show_what_status_shows(
    browse: Browse, address: str, shipped: Program, country: str, option: tuple[str, ...]
) -> None:
    """The command is asked the same question."""
    page = (visit := browse(address)).page
    theme = "addressing-the-north-korean-threat"
    args = [part or theme for part in option]
    rows = json.loads(shipped("status", *filter(None, [country]), *AS_OF, *args, "--format", "json").ok())
    page.get_by_role("combobox", name="Country").select_option(country)
    if option:
        page.locator(f"#filter [name={option[0].removeprefix('--')}]").select_option(args[1])
    assert shown(visit) == commitments(rows)
    assert page.locator("#shown").text_content() == f"{len(commitments(rows))} of 19 commitments"
    seen = page.locator(".matrix th[data-country]:visible").all_text_contents()
    assert seen == ([country] if country else ["JPN", "KOR", "USA"])


@pytest.mark.parametrize("strength", ["high", "medium", "low"])
def test_strength_filters(browse: Browse, address: str, shipped: Program, strength: str) -> None:
    visit = browse(address)
    visit.page.get_by_role("combobox", name="Strength").select_option(strength)
    rows = json.loads(shipped("status", *AS_OF, "--format", "json").ok())
    assert shown(visit) == commitments(row for row in rows if row["strength"] == strength)


def test_overdue_filters(browse: Browse, overdue: str, pact: Program) -> None:
    visit = browse(overdue)
    visit.page.get_by_role("combobox", name="Status").select_option("overdue")
    rows = json.loads(pact("status", "--as-of", "2026-01-31", "--overdue", "--format", "json").ok())
    assert rows
    assert shown(visit) == commitments(rows)
    assert "overdue since 1 Dec 2025" in (visit.page.locator(".matrix").text_content() or "")


def test_words_filter_and_all_is_shown_again(browse: Browse, address: str) -> None:
    page = (visit := browse(address)).page
    page.get_by_role("searchbox", name="Words").fill("FREEDOM edge")
    assert shown(visit) == {"defense-deterrence"}
    assert page.locator("mark.out").count() > 0
    page.get_by_role("searchbox", name="Words").fill("no such words anywhere")
    assert shown(visit) == set()
    page.locator("#none button").click()
    expect(page.locator("article.commitment:visible")).to_have_count(19)
    assert len(shown(visit)) == 19
    assert visit.complaints == []


def test_an_address_can_carry_what_is_filtered(browse: Browse, address: str) -> None:
    visit = browse(f"{address}?country=USA&words=ironclad")
    assert shown(visit) == {"us-defense-japan", "us-defense-rok"}


def test_a_link_to_what_is_filtered_out_leads_there_all_the_same(browse: Browse, address: str) -> None:
    page = (visit := browse(address)).page
    page.get_by_role("searchbox", name="Words").fill("freedom edge")
    page.locator("a.pledge", has_text="apec-2025").click()
    expect(page.locator("#c-apec-2025")).to_be_in_viewport()
    assert len(shown(visit)) == 19
    assert page.locator("#c-apec-2025").evaluate("one => one.matches(':target')")


def test_links_lead_from_a_pledge_to_its_words_and_back(browse: Browse, address: str) -> None:
    page = browse(address, **WIDE).page
    page.locator("#c-law-of-the-sea .quote a").click()
    words = page.locator(".spot:target + mark")
    assert "free and open Indo-Pacific" in (words.text_content() or "")
    expect(words).to_be_in_viewport()
    page.locator("a.pledge", has_text="law-of-the-sea").click()
    expect(page.locator("#c-law-of-the-sea")).to_be_in_viewport()


def test_the_keyboard_reaches_every_link_and_field(browse: Browse, address: str) -> None:
    page = browse(address).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.locator(".skip").evaluate("one => one.getBoundingClientRect().left") == 0
    wanted = page.locator("a[href], select, input, button, [tabindex='0']").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).length"
    )
    reached = page.evaluate("window.reached = new Set([document.activeElement]); 1")
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached = page.evaluate(
            "(document.activeElement !== document.body && reached.add(document.activeElement), reached.size)"
        )
    assert reached >= wanted
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_without_scripts_everything_is_there_to_be_read(browse: Browse, address: str) -> None:
    visit = browse(address, java_script_enabled=False)
    assert visit.page.locator("article.commitment:visible").count() == 19
    assert not visit.page.locator("#filter").is_visible()


def test_pictures_follow_the_theme(browse: Browse, address: str) -> None:
    ask = "one => getComputedStyle(one).fill"
    fills = {
        look: browse(address, **LOOKS[look]).page.locator(".picture path[fill='var(--made)']").first.evaluate(ask)
        for look in ("light", "dark")
    }
    assert fills == {"light": "rgb(63, 147, 199)", "dark": "rgb(87, 174, 227)"}


def test_on_paper_there_is_no_navigation_and_links_say_where_they_lead(browse: Browse, address: str) -> None:
    page = browse(address, **LOOKS["dark"]).page
    page.emulate_media(media="print")
    assert not page.locator("nav, #filter").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    told = page.locator(".source a[rel]").first.evaluate("one => getComputedStyle(one, '::after').content")
    assert "http" in told


def test_hostile_text_does_nothing(browse: Browse, harmed: Program, tmp_path: Path) -> None:
    url = written(harmed, tmp_path)
    visit = browse(url, **PHONE)
    assert visit.requests == [url]
    assert visit.complaints == []
    assert visit.overflows() <= 0
    assert visit.axe() == []
    assert visit.page.locator("script").count() == 1
    titles = set(visit.page.locator("article.commitment h3").all_text_contents())
    assert {HARM["a script"], HARM["an image"], HARM["an entity"]} <= titles
    visit.page.get_by_role("searchbox", name="Words").fill(HARM["a script"])
    assert shown(visit) == {"c1"}
