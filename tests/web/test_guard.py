"""The explorer only reads, answers only who asks for it by its name, and tells browsers to be strict."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.kit.explorer import Explorer
from tests.kit.process import Program

PAGES = {
    "the start": "/",
    "a country": "/country/KOR",
    "a commitment": "/commitment/trees",
    "a statement": "/statement/pact",
    "a table": "/record/standings",
    "a row": "/record/events/1",
    "the tables": "/record",
    "a query": "/record?sql=select+1",
    "a faulty query": "/record?sql=selec",
    "a page that is not there": "/nothing",
    "json": "/record/standings.json",
    "csv": "/record/standings.csv",
    "a style": "/assets/explorer.css",
    "the style": "/style.css",
    "a script": "/assets/live.js",
    "how far it is": "/live",
}
WRITES = (
    "delete from standings",
    "update standings set status = 'fulfilled'",
    "insert into meta values ('a', 'b')",
    "drop table standings",
    "vacuum",
    "vacuum into '/tmp/elsewhere.db'",
    "attach database 'elsewhere.db' as elsewhere",
    "pragma writable_schema = on",
    "select 1; delete from standings",
    "with gone as (select 1) delete from standings",
    "explain delete from standings",
    "select load_extension('elsewhere')",
    "select * from pragma_database_list",
    "select zeroblob(1000000000)",
    "insert into events_fts(events_fts) values('delete-all')",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_carries_strict_headers(pact_explorer: Explorer, page: str) -> None:
    headers = pact_explorer.get(PAGES[page]).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["set-cookie"] is None
    assert headers["server"] is None
    assert headers["access-control-allow-origin"] is None
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["connect-src"] == "'self'"
    for part in ("script-src", "style-src"):
        assert re.fullmatch(r"'self'( 'nonce-[\w-]{20,}')?", policy[part])
    if not PAGES[page].startswith("/record"):
        assert "unsafe" not in headers["content-security-policy"]
        assert "nonce" not in headers["content-security-policy"]


def test_a_nonce_is_new_each_time_and_is_that_of_the_page(pact_explorer: Explorer) -> None:
    nonces = set()
    for _ in range(3):
        answer = pact_explorer.get("/record/standings")
        (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", answer.headers["content-security-policy"]))
        assert set(re.findall(r'nonce="([^"]*)"', answer.text)) == {nonce}
        assert re.findall(r"<(?:script|style)>", answer.text) == []
        nonces.add(nonce)
    assert len(nonces) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_reading_is_answered(pact_explorer: Explorer, method: str) -> None:
    for path in ("/", "/record/standings", "/record/standings/-/insert", "/-/logout"):
        answer = pact_explorer.get(path, method=method)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"
    assert pact_explorer.get("/", method="HEAD").text == ""


@pytest.mark.parametrize("sql", WRITES)
def test_sql_that_writes_or_looks_around_is_refused(pact_explorer: Explorer, pact: Program, sql: str) -> None:
    before = _digest(pact.folder / "ledger.db")
    wanted = pact_explorer.page("/record/standings.json", _shape="array")

    answer = pact_explorer.get("/record.json", sql=sql)

    if answer.status == 200:
        assert sql.startswith("explain"), "an explanation runs nothing"
    else:
        assert answer.status == 400
        assert json.loads(answer.text)["ok"] is False
    assert str(pact.folder) not in answer.text
    assert pact_explorer.page("/record/standings.json", _shape="array") == wanted
    assert _digest(pact.folder / "ledger.db") == before


def test_a_query_without_end_is_ended(pact_explorer: Explorer) -> None:
    endless = "with recursive a(n) as (select 1 union all select n + 1 from a) select count(*) from a"

    answer = pact_explorer.get("/record", sql=endless)

    assert answer.status == 400
    assert "The query took longer than 1000 ms" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/-/versions", "/-/versions.json", "/-/databases.json", "/-/threads", "/-/settings", "/-/plugins.json"),
        *("/-/metadata.json", "/-/messages", "/-/auth-token", "/-/permissions", "/-/allow-debug", "/-/patterns"),
        *("/_internal", "/_internal/databases.json", "/_memory", "/_memory?sql=select+1", "/:memory:"),
        *(
            "/record.db",
            "/assets/",
            "/assets",
            "/-/static/",
            "/assets/../explorer.py",
            "/assets/%2e%2e/explorer.py",
        ),
        *("/assets/..%2fexplorer.py", "//etc/passwd", "/-/%73tatic/../app.py", "/%2d/versions", "/-%2fversions"),
        *(
            "//evil.example/%2f",
            "//evil.example/",
            "/%2f%2fevil.example/",
            "/\\evil.example/",
            "/%5cevil.example/",
        ),
    ],
)
def test_what_tells_of_the_machine_is_closed_and_folders_are_not_listed(
    pact_explorer: Explorer, pact: Program, path: str
) -> None:
    answer = pact_explorer.get(path)

    while answer.status == 302:
        assert re.match(r"/[^/\\]", answer.headers["location"]), "a redirect stays here"
        answer = pact_explorer.get(answer.headers["location"])
    assert answer.status in (400, 403, 404), answer.text
    assert str(pact.folder) not in answer.text
    assert "import " not in answer.text


def test_another_name_is_not_answered_to(pact_explorer: Explorer) -> None:
    """A page elsewhere whose name was made to point here (DNS rebinding) sends that name."""
    port = pact_explorer.url.rsplit(":", 1)[1].strip("/")
    for host in (
        "evil.example",
        f"evil.example:{port}",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "a b",
    ):
        answer = pact_explorer.get("/", headers={"Host": host})
        assert answer.status in (400, 421), host
        assert "trees" not in answer.text
    for host in ("localhost", f"LOCALHOST:{port}", "127.0.0.1", f"[::1]:{port}"):
        assert pact_explorer.get("/", headers={"Host": host}).status == 200, host


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
