"""What the explorer shows: pages that lead to each other, tables, and every event as soon as it is recorded."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from urllib.parse import urljoin

import pytest

from ledger.cells import guarded
from ledger.web.content import MOST
from tests.kit.explorer import Explorer, serving
from tests.kit.facts import made
from tests.kit.harm import CONTROLS, HARM
from tests.kit.process import Program

NEW = ("--source-title", "A new source", "--source-url", "https://example.org/new")


def rows(program: Program, *args: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(program("status", *args, "--format", "json").ok())
    return found


def links(page: str) -> set[str]:
    return set(map(html.unescape, re.findall(r'href="([^"]*)"', page)))


def test_the_first_page_names_each_country_and_leads_to_each_commitment(
    explorer: Explorer, shipped: Program
) -> None:
    page = explorer.page("/")

    found = links(page)
    for row in rows(shipped):
        assert f"/country/{row['country']}" in found
        assert f"/commitment/{row['commitment']}" in found
        assert html.escape(str(row["title"]), quote=False).replace("'", "&#39;") in page
    assert "/statement/brussels-2025-04-03" in found


def test_every_link_leads_to_a_page_and_every_fragment_to_a_place_on_it(explorer: Explorer) -> None:
    seen: dict[str, str] = {}
    ahead = ["/"]
    while ahead:
        path = ahead.pop()
        seen[path] = explorer.page(path)
        if path.startswith("/record") or path.endswith((".css", ".js")):
            continue  # Datasette's own pages lead everywhere
        for link in links(seen[path]):
            target = urljoin(path, link).partition("#")[0]
            if target.startswith("/") and target not in seen and target not in ahead:
                ahead.append(target)
    assert len([path for path in seen if path.startswith("/commitment/")]) == 19
    for path, page in seen.items():
        for link in links(page) if not path.startswith("/record") else ():
            target, _, fragment = urljoin(path, link).partition("#")
            if fragment and target in seen:
                assert f'id="{fragment}"' in seen[target], (path, link)


def test_a_day_of_the_past_is_shown_as_it_was(pact_explorer: Explorer, pact: Program) -> None:
    for day in ("2025-02-01", "2025-06-01", "2026-01-31"):
        page = pact_explorer.page("/", as_of=day)
        wanted = rows(pact, "--as-of", day)
        table = page.split('class="matrix"')[1].split("</table>")[0]
        for status in ("made", "reaffirmed", "fulfilled", "lapsed"):
            count = len([row for row in wanted if row["status"] == status])
            assert table.count(f'class="badge {status}"') == count, (day, status)
        assert table.count('class="late"') == len([row for row in wanted if row["overdue"]])
    assert f"/commitment/trees?as_of={day}" in links(page), "what is asked for goes along"


def test_a_commitment_tells_its_whole_story(pact_explorer: Explorer) -> None:
    page = " ".join(re.sub(r"<[^>]+>", " ", pact_explorer.page("/commitment/trees", as_of="2026-01-31")).split())

    assert "The ministers will plant a million trees every year" in page
    assert "The Daily 新聞" in page
    assert "Corrections" in page
    assert "Read off the wrong line" in page
    assert "tester" not in page, "pages for the public name no recorder"


def test_a_statement_has_its_text_with_the_pledges_marked(pact_explorer: Explorer) -> None:
    page = pact_explorer.page("/statement/pact")

    assert "<mark>The ministers will plant a million trees every year</mark>" in page
    assert "/commitment/trees" in links(page)
    assert "#p2" in links(page)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/commitment/treees", 404, "did you mean trees?"),
        ("/statement/pakt", 404, "did you mean pact?"),
        ("/country/FRA", 404, "FRA is no country on record"),
        ("/nothing", 404, "not found"),
        ("/?as_of=spring", 400, "&#39;spring&#39; is not a date like 2025-04-03"),
        ("/record/nothing", 404, "not found"),
    ],
)
def test_what_is_not_there_is_told_in_words(pact_explorer: Explorer, path: str, status: int, said: str) -> None:
    answer = pact_explorer.get(path)

    assert answer.status == status
    assert said in answer.text
    assert '<a href="/">' in answer.text


def test_the_tables_are_searched_faceted_and_given_as_json_and_csv(explorer: Explorer, shipped: Program) -> None:
    wanted = rows(shipped)

    found = json.loads(explorer.page("/record/standings.json", _shape="array", _size="max"))
    assert {(row["commitment"], row["country"], row["status"]) for row in found} == {
        (row["commitment"], row["country"], row["status"]) for row in wanted
    }
    table = list(csv.DictReader(io.StringIO(explorer.page("/record/standings.csv", country="JPN"))))
    assert {row["commitment"] for row in table} == {row["commitment"] for row in rows(shipped, "JPN")}

    facets = json.loads(explorer.page("/record/standings.json", _facet="country"))["facet_results"]["country"]
    assert {one["value"]: one["count"] for one in facets["results"]} == {
        code: len(rows(shipped, code)) for code in ("JPN", "KOR", "USA")
    }
    searched = json.loads(explorer.page("/record/events.json", _search="Gyeongju declaration", _shape="array"))
    logged = json.loads(shipped("log", "--words", "Gyeongju declaration", "--format", "json").ok())
    assert {row["id"] for row in searched} == {row["id"] for row in logged} != set()

    asked = json.loads(
        explorer.page(
            "/record.json", sql="select country, count(*) as n from standings group by 1", _shape="array"
        )
    )
    assert {row["country"]: row["n"] for row in asked} == {
        code: len(rows(shipped, code)) for code in ("JPN", "KOR", "USA")
    }


def test_a_name_in_a_table_leads_to_its_page(explorer: Explorer) -> None:
    found = links(explorer.page("/record/events"))

    assert {"/commitment/economic-order", "/country/USA"} <= found
    assert "/statement/brussels-2025-04-03" in links(explorer.page("/record/events", kind="registered"))


def test_an_event_of_another_process_is_on_every_page_that_is_asked_for_next(
    live: Explorer, brussels: Program
) -> None:
    """Pages, tables and SQL are as new as the log, whoever appended to it."""
    before = json.loads(live.page("/live"))["position"]

    brussels("reaffirm", "energy-security", "--on", "2026-08-08", "--note", "Said anew.", *NEW).ok()
    assert "2026-08-08" in live.page("/")
    assert "Said anew." in live.page("/commitment/energy-security")

    brussels("reaffirm", "energy-security", "--on", "2026-08-09", "--note", "And again.", *NEW).ok()
    told = json.loads(live.page("/record/standings.json", commitment="energy-security", _shape="array"))
    assert {row["since"] for row in told} == {"2026-08-09"}

    brussels("reaffirm", "energy-security", "--on", "2026-08-10", *NEW).ok()
    assert json.loads(live.page("/live"))["position"] == before + 3
    asked = json.loads(live.page("/record.json", sql="select max(occurred_on) as day from events", _shape="array"))
    assert asked == [{"day": "2026-08-10"}]


def test_it_goes_on_when_the_views_are_made_anew_or_lost(live: Explorer, brussels: Program) -> None:
    brussels("rebuild").ok()
    assert json.loads(live.page("/record/standings.json"))["filtered_table_rows_count"] == 52

    for name in ("ledger.db.views.db", "ledger.db.views.db-wal", "ledger.db.views.db-shm"):
        (brussels.folder / name).unlink(missing_ok=True)
    brussels("reaffirm", "energy-security", "--on", "2026-08-08", *NEW).ok()
    told = json.loads(live.page("/record/standings.json", commitment="energy-security", _shape="array"))
    assert {row["since"] for row in told} == {"2026-08-08"}
    assert "2026-08-08" in live.page("/")


def test_a_record_that_has_gone_is_told_and_served_again_when_it_is_back(
    live: Explorer, brussels: Program
) -> None:
    log, aside = brussels.folder / "ledger.db", brussels.folder / "aside.db"
    log.rename(aside)
    gone = live.get("/")
    assert gone.status == 503
    assert "there is no ledger at" in gone.text

    aside.rename(log)
    assert "energy-security" in live.page("/")


def test_an_empty_record_has_pages_too(program: Program) -> None:
    program("init").ok()
    with serving(program) as running:
        page = running.page("/")
        assert "Nothing is overdue" in page
        assert "The record is empty." in page
        running.page("/record")


def test_of_very_many_commitments_a_page_shows_some_and_says_where_the_others_are(program: Program) -> None:
    program("init").ok()
    many = "".join(f"{made(f'c-{n}').model_dump_json(exclude_none=True)}\n" for n in range(MOST + 5))
    program("import", "-", stdin=many).ok()
    with serving(program) as running:
        for page, table in (("/", "/record/standings"), ("/country/KOR", "/record/standings?country=KOR")):
            shown = running.page(page)
            matrix = shown.split('class="matrix"')[1].split("</table>")[0]
            assert matrix.count('<th scope="row">') == MOST
            assert f'5 more are in the <a href="{table}">' in shown
        assert str(MOST + 5) in running.page("/country/KOR")


def test_csv_is_the_table_and_no_cell_of_it_a_formula(harmed_explorer: Explorer, harmed: Program) -> None:
    wanted = json.loads(harmed_explorer.page("/record/events.json", _shape="array", _size="max"))
    table = list(csv.DictReader(io.StringIO(harmed_explorer.page("/record/events.csv", _stream="1"), newline="")))

    assert len(table) == len(wanted) == len(json.loads(harmed("log", "--format", "json").ok()))
    assert [list(row.values()) for row in table] == [[_as_cell(value) for value in row.values()] for row in wanted]
    assert sum(row["note"].startswith("'") for row in table) > 10
    asked = harmed_explorer.page("/record.csv", sql="select '=1+1' as a, -1 as b, '-1+1' as c, '@x' as \"=d\"")
    assert asked == "a,b,c,'=d\r\n'=1+1,-1,'-1+1,'@x\r\n"


def _as_cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if re.fullmatch(r"[+-]?[0-9]+", text) else guarded(text)


@pytest.mark.parametrize("harm", HARM)
def test_text_from_anywhere_stays_text(harmed_explorer: Explorer, harm: str) -> None:
    number = list(HARM).index(harm) + 1
    commitment = harmed_explorer.page(f"/commitment/c{number}")
    searched = harmed_explorer.page("/record/events", commitment=f"c{number}")
    statement = harmed_explorer.page(f"/statement/s{number}")

    for page in (commitment, searched, statement):
        assert not set(CONTROLS) & set(page)
        scripts = re.findall(r"<script[^>]*>", page)
        assert all('src="/' in tag or "nonce=" in tag for tag in scripts), scripts
        assert "<img" not in page
        assert not [link for link in links(page) if re.match(r"(?i)\s*(javascript|data|vbscript):", link)]
    kept = html.escape(" ".join("".join(sign for sign in HARM[harm] if sign not in CONTROLS + "\r").split()))
    plain = " ".join(html.escape(html.unescape(commitment)).split())
    assert kept in plain
