"""The views file: what people find in it, and where.

That the rows are the right ones, whatever was recorded, is held in `tests/property/test_views.py`.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from ledger import Ledger, LogFilter
from ledger.store.views import VERSION
from ledger.store.views.location import views_path
from tests.conftest import Ticking
from tests.kit.facts import TEXT, made
from tests.store.asking import answers, file_of, fresh, sql

STANDING: Final = {
    "status": "TEXT",
    "since": "TEXT",
    "event": "TEXT",
    "origin": "TEXT",
    "events": "INTEGER",
    "kept": "INTEGER",
    "last_kept": "TEXT",
    "score": "INTEGER",
    "scored_on": "TEXT",
}
DOCUMENTED: Final = {
    "statements": {
        **dict.fromkeys(("statement", "title", "occurred_on", "place", "url", "parties", "text", "event"), "TEXT"),
        "position": "INTEGER",
    },
    "commitments": {
        **dict.fromkeys(("commitment", "title", "theme", "nature", "strength"), "TEXT"),
        **dict.fromkeys(("due", "due_basis", "parties"), "TEXT"),
        "position": "INTEGER",
    },
    "lives": {**dict.fromkeys(("commitment", "countries", "from_day", "until_day"), "TEXT"), **STANDING},
    "events": {
        "position": "INTEGER",
        **dict.fromkeys(("id", "kind", "recorded_at", "recorded_by", "commitment", "statement"), "TEXT"),
        **dict.fromkeys(("parties", "occurred_on"), "TEXT"),
        "paragraph": "INTEGER",
        **dict.fromkeys(("quote", "title", "occurrence"), "TEXT"),
        "score": "INTEGER",
        **dict.fromkeys(("reason", "note", "source_title", "source_url"), "TEXT"),
        "retracted_at": "INTEGER",
        "line": "TEXT",
    },
    "meta": {"key": "TEXT", "value": "TEXT"},
}
"""What people write their SQL against: every table, and its columns in order, with their types."""
TOLD: Final = {
    "standings": {"commitment": "TEXT", "country": "", **STANDING},
    "spells": {
        "commitment": "TEXT",
        "country": "",
        **dict.fromkeys(("from_day", "until_day"), "TEXT"),
        **STANDING,
    },
}
"""The same of what is told from the tables by SQL."""
KEYS: Final = {
    "statements": ["statement"],
    "commitments": ["commitment"],
    "lives": ["commitment", "countries", "from_day"],
    "events": ["position"],
    "meta": ["key"],
}
INDEXED: Final = {
    "commitments": {"theme"},
    "lives": {"status"},
    "events": {"id", "commitment", "statement", "occurred_on", "recorded_at"},
}


# What people find


def test_tables_and_columns_are_those_that_are_documented(told: Ledger) -> None:
    told.rebuild()
    names = [name for (name,) in sql(file_of(told), "SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert {name for name in names if not name.startswith("events_fts")} == DOCUMENTED.keys()
    for view, columns in TOLD.items():
        info = sql(file_of(told), f"PRAGMA table_info({view})")
        assert [(name, kind) for _, name, kind, *_ in info] == list(columns.items())
    for table, columns in DOCUMENTED.items():
        info = sql(file_of(told), f"PRAGMA table_info({table})")
        assert {name: kind for _, name, kind, *_ in info} == columns
        assert [name for _, name, *_ in info] == list(columns), "in this order"
        assert [name for key, name in sorted((one[5], one[1]) for one in info) if key] == KEYS[table]


def test_what_is_looked_up_is_indexed(told: Ledger) -> None:
    told.rebuild()
    for table, columns in INDEXED.items():
        names = [row[1] for row in sql(file_of(told), f"PRAGMA index_list({table})") if row[3] == "c"]
        assert {row[2] for name in names for row in sql(file_of(told), f"PRAGMA index_info({name})")} == columns


def test_rows_read_as_people_would_ask_for_them(told: Ledger) -> None:
    told.status(as_of=date.max)
    path = file_of(told)
    assert sql(path, "SELECT country, status, since FROM standings WHERE commitment = 'lakes' ORDER BY 1") == [
        ("JPN", "fulfilled", "2025-03-01"),
        ("KOR", "made", "2025-01-02"),
        ("USA", "lapsed", "2025-04-01"),
    ]
    lakes = "SELECT from_day, until_day, status FROM spells WHERE commitment = 'lakes' AND country = 'USA'"
    assert sql(path, f"{lakes} ORDER BY from_day") == [
        ("2025-01-02", "2025-04-01", "made"),
        ("2025-04-01", None, "lapsed"),
    ]
    assert sql(path, "SELECT title, due, parties, position FROM commitments WHERE commitment = 'lakes'") == [
        ("Clean the lakes", "2025-06-01", "JPN KOR USA", 3)
    ]
    assert sql(path, "SELECT statement, place, text, position FROM statements") == [
        ("pact", "Seoul 서울", TEXT, 1)
    ]
    assert sql(path, "SELECT position, retracted_at FROM events WHERE kind = 'assessed'") == [(7, None), (9, 10)]
    assert [line.encode() for (line,) in sql(path, "SELECT line FROM events ORDER BY position")] == list(
        told.export()
    )
    assert dict(sql(path, "SELECT * FROM meta"))["version"] == VERSION


WORDS = {
    "a word": ("year", [2]),
    "a word in capitals": ("YEAR", [2]),
    "umlauts": ("Größe", [4]),
    "umlauts left out": ("große", [4]),
    "an accent": ("café", [4]),
    "an accent left out": ("cafe", [4]),
    "accents too many": ("çàfé", [4]),
    "a part of a word": ("yea", []),
    "decomposed": ("cafe\u0301", [4]),
    "two accents on one letter": ("Việt", [6]),
    "both left out": ("viet", [6]),
    "another script": ("조약", [6]),
    "two words, apart and turned round": ("Café Bäume", [4]),
    "two words of two lines": ("year Café", []),
    "the source": ("Source", [3, 4, 5, 6, 7, 9]),
    "the reason": ("moot", [6]),
    "the occurrence": ("first", [5]),
    "the language of search": ('NOT "lakes* OR (', []),
    "no word": ("?!", []),
}


@pytest.mark.parametrize(("words", "positions"), WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("caught_up", [False, True], ids=["rebuilt", "caught up"])
def test_words_are_found_with_and_without_their_accents(
    ledger: Ledger, request: pytest.FixtureRequest, words: str, positions: list[int], caught_up: bool
) -> None:
    if caught_up:
        ledger.rebuild()
    told = request.getfixturevalue("told")
    assert [line.position for line in told.log(LogFilter(words=words))] == positions


# Where they are kept


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, and a folder of the ledger that cannot be written: root could, so it is said to be so."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "access", lambda path, mode: tmp_path / "cache" in (path, *Path(path).parents))
    return tmp_path / "cache"


def test_views_lie_beside_the_ledger(told: Ledger, tmp_path: Path) -> None:
    told.rebuild()
    assert file_of(told) == tmp_path / "ledger.db.views.db"
    assert file_of(told).exists()


def test_views_lie_in_the_users_cache_where_the_folder_cannot_be_written(
    told: Ledger, tmp_path: Path, cache: Path
) -> None:
    found = answers(told)
    kept = list(cache.rglob("*.views.db"))
    assert len(kept) == 1
    assert kept[0].parent.name == "commitment-ledger"
    assert [one.name for one in tmp_path.glob("*views*")] == []
    assert found == fresh(told)
    told.record(made("seas"), by="tester")
    assert answers(told) == fresh(told)


def test_each_ledger_has_views_of_its_own_in_the_cache(
    told: Ledger, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other" / "ledger.db"
    other.parent.mkdir()
    Ledger.create(other, clock=Ticking()).close()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to("ledger.db")
    own = views_path(tmp_path / "ledger.db")
    assert views_path(other) != own
    assert views_path(Path("ledger.db")) == own
    assert views_path(tmp_path / "link.db") == own
