"""The explorer in a real browser: nothing is loaded from elsewhere, nothing is out of reach, nothing is old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kit import PHONE, Browse, Visit
from tests.kit.explorer import Explorer
from tests.kit.harm import HARM
from tests.kit.process import Program
from tests.web.conftest import brussels, explorer, harmed, harmed_explorer, live, pact, pact_explorer, shipped

__all__ = ["brussels", "explorer", "harmed", "harmed_explorer", "live", "pact", "pact_explorer", "shipped"]

PAGES = {
    "the start": "",
    "the start, on a day": "?as_of=2025-06-01",
    "a country": "country/KOR",
    "a commitment": "commitment/energy-security",
    "a statement": "statement/brussels-2025-04-03",
    "a table": "record/standings",
    "a table that is searched and filtered": "record/events?_search=secretary&kind=fulfilled&_facet=kind",
    "a row": "record/events/13",
    "the tables": "record",
    "a query": "record?sql=select+*+from+standings+where+country+%3D+:country&country=JPN",
}
SCREENS: dict[str, dict[str, Any]] = {
    "by day": {"color_scheme": "light"},
    "by night": {"color_scheme": "dark"},
    "on a phone": {"color_scheme": "light", **PHONE},
    "on a phone by night": {"color_scheme": "dark", **PHONE},
}
NEW = ("--source-title", "A new source", "--source-url", "https://example.org/new")


def is_sound(visit: Visit, running: Explorer) -> None:
    """Nothing came from elsewhere, the console is silent, all can be read, and nothing sticks out."""
    assert [url for url in visit.requests if not url.startswith(running.url)] == []
    assert visit.complaints == []
    assert visit.axe() == []
    assert visit.overflows() <= 0


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_sound(browse: Browse, explorer: Explorer, page: str, screen: str) -> None:
    is_sound(browse(explorer.url + PAGES[page], **SCREENS[screen]), explorer)


@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_overdue_lapsed_and_corrected_is_sound_too(
    browse: Browse, pact_explorer: Explorer, screen: str
) -> None:
    for page in ("?as_of=2026-01-31", "country/KOR?as_of=2026-01-31", "commitment/seed-bank?as_of=2026-01-31"):
        visit = browse(pact_explorer.url + page, **SCREENS[screen])
        assert visit.page.get_by_text("overdue since").first.is_visible()
        is_sound(visit, pact_explorer)


def test_the_themes_differ(browse: Browse, explorer: Explorer) -> None:
    papers = {
        browse(explorer.url, color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(papers) == 2


@pytest.mark.parametrize("page", ["a commitment", "a table", "the tables"])
def test_the_keyboard_reaches_everything(browse: Browse, explorer: Explorer, page: str) -> None:
    shown = browse(explorer.url + PAGES[page]).page
    wanted = shown.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex=\"0\"]')]"
        ".filter((one) => one.type !== 'hidden' && one.checkVisibility()).length"
    )
    seen = list(_tabbed(shown))
    assert len(seen) == wanted
    assert seen[0] == "Skip to the content"


def _tabbed(shown: Page) -> Iterator[str]:
    """What has the focus after each press of Tab, until it leaves the page."""
    shown.evaluate("window.seen = new Set()")
    for _ in range(1000):
        shown.keyboard.press("Tab")
        found = shown.evaluate(
            "(() => { const one = document.activeElement;"
            " if (one === document.body || (window.seen.has(one) && one.type !== 'date')) return null;"
            " if (window.seen.has(one)) return ''; window.seen.add(one);"
            " return (one.innerText || one.name || one.tagName); })()"
        )
        if found is None:
            return
        if found:
            yield found


def test_the_first_link_leads_past_the_bar(browse: Browse, explorer: Explorer) -> None:
    shown = browse(explorer.url).page

    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")

    expect(shown.locator("#content")).to_be_focused()


# A click does not wait for the page that it leads to; `expect` does.


def test_from_the_start_to_the_words_of_the_statement(browse: Browse, explorer: Explorer) -> None:
    shown = browse(explorer.url).page
    heading = shown.get_by_role("heading", level=1)

    shown.get_by_role("link", name="Strengthening energy security").click()
    expect(heading).to_have_text("Strengthening energy security and energy cooperation")
    shown.locator(".quote").get_by_role("link").click()
    expect(shown).to_have_url(explorer.url + "statement/brussels-2025-04-03#p14")
    expect(shown.locator("#p14 mark").first).to_contain_text("energy security")
    shown.locator("#p14").get_by_role("link", name="energy-security", exact=True).click()
    expect(shown).to_have_url(explorer.url + "commitment/energy-security")
    shown.get_by_role("row", name="Japan").get_by_role("link").click()
    expect(heading).to_have_text(re.compile("^Japan"))


def test_a_day_is_chosen_and_goes_along(browse: Browse, explorer: Explorer) -> None:
    shown = browse(explorer.url).page

    shown.get_by_label("As of").fill("2025-06-01")
    shown.get_by_role("button", name="Show that day").click()
    expect(shown.get_by_text("Nothing is overdue as of 2025-06-01.")).to_be_visible()
    shown.get_by_role("link", name="Strengthening energy security").click()
    expect(shown.get_by_role("heading", level=1)).to_have_text(re.compile("^Strengthening"))
    expect(shown.get_by_label("As of")).to_have_value("2025-06-01")
    expect(shown.get_by_text("2025-10-29"), "what came later is not told").to_have_count(0)
    shown.get_by_role("link", name="Today").click()
    expect(shown.get_by_text("2025-10-29").first).to_be_visible()


def test_facets_search_and_sql_are_used_by_hand(browse: Browse, explorer: Explorer) -> None:
    visit = browse(explorer.url + "record/standings")
    shown = visit.page

    shown.locator("#facet-country").get_by_role("link", name="JPN").click()
    expect(shown).to_have_url(re.compile("JPN"))
    expect(shown.locator("td.col-country").first).to_be_visible()
    assert {one.inner_text() for one in shown.locator("td.col-country").all()} == {"JPN"}

    shown.goto(explorer.url + "record/events")
    shown.get_by_label("Search:").fill("Gyeongju")
    shown.get_by_role("button", name="Apply").click()
    expect(shown).to_have_url(re.compile("_search=Gyeongju"))
    expect(shown.locator("tbody")).to_contain_text("Gyeongju")

    shown.goto(explorer.url + "record")
    shown.get_by_label("SQL").fill("select country, count(*) as n from standings group by country")
    shown.get_by_role("button", name="Run SQL").click()
    expect(shown.locator("tbody td.col-country")).to_have_text(["JPN", "KOR", "USA"])
    assert visit.complaints == []


@pytest.mark.parametrize("page", ["", "commitment/energy-security", "country/KOR"])
def test_an_open_page_shows_what_another_process_records(
    browse: Browse, live: Explorer, brussels: Program, page: str
) -> None:
    visit = browse(live.url + page)
    visit.page.get_by_role("heading", level=1).wait_for()
    assert visit.page.get_by_text("2026-08-08").count() == 0

    brussels("reaffirm", "energy-security", "--on", "2026-08-08", "--note", "Said anew.", *NEW).ok()

    visit.page.locator("main").get_by_text("2026-08-08").first.wait_for()
    visit.page.get_by_role("status").get_by_text("1 event was recorded just now.").wait_for()
    assert visit.complaints == []


def test_a_page_keeps_the_focus_when_it_is_renewed(browse: Browse, live: Explorer, brussels: Program) -> None:
    shown = browse(live.url).page
    shown.locator('.matrix a[href="/commitment/supply-chains"]').focus()

    brussels("reaffirm", "energy-security", "--on", "2026-08-08", *NEW).ok()

    shown.locator("main").get_by_text("2026-08-08").first.wait_for()
    assert shown.evaluate("document.activeElement.getAttribute('href')") == "/commitment/supply-chains"


def test_a_page_says_when_the_explorer_has_stopped(browse: Browse, live: Explorer) -> None:
    shown = browse(live.url).page
    live.stop()
    shown.get_by_role("status").get_by_text("The explorer has stopped").wait_for()


@pytest.mark.parametrize("harm", ["a script", "a turn", "lines", "a long word", "wide characters", "an entity"])
def test_harm_is_shown_as_words_and_does_nothing(browse: Browse, harmed_explorer: Explorer, harm: str) -> None:
    number = list(HARM).index(harm) + 1
    for page in (f"commitment/c{number}", f"statement/s{number}", f"record/events?commitment=c{number}"):
        visit = browse(harmed_explorer.url + page, **PHONE)
        visit.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        is_sound(visit, harmed_explorer)
        first = re.split(r"[\n\u061c]", HARM[harm])[0].strip()
        assert first in visit.page.locator("main").inner_text().replace("\xa0", " ")
