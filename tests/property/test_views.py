"""The views hold what a replay of the log amounts to, however they came to hold it (design, section 5)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from datetime import date
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger.errors import LedgerError
from ledger.events.lines import Entry, decode
from ledger.projections.standings import status_rows
from ledger.store.views import VERSION
from tests.conftest import Ticking
from tests.kit.scenario import PlainLog
from tests.kit.scratch import scratch
from tests.kit.strategies import Proposal, proposals
from tests.property.naive import DATED, Content, NaiveRecord, description, in_force, timeline_of

Tables = dict[str, list[tuple[object, ...]]]
TABLES = ("statements", "commitments", "standings", "spells", "events", "meta")
STANDING = ("status", "since", "event", "origin", "events", "kept", "last_kept", "score", "scored_on")


@st.composite
def sessions(draw: st.DrawFn) -> list[list[Proposal]]:
    """What is proposed, between one time that the views are asked and the next."""
    proposed = draw(proposals())
    ends = sorted(draw(st.sets(st.integers(0, len(proposed)), max_size=5)))
    starts = [0, *ends]
    return [proposed[start:end] for start, end in zip(starts, [*ends, len(proposed)], strict=True)]


def recorded(ledger: Ledger) -> list[Entry]:
    return [decode(line, position) for position, line in enumerate(ledger.export(), 1)]


@contextmanager
def asked_between(told: list[list[Proposal]], path: Path) -> Iterator[Ledger]:
    """A ledger that was told all of this, and whose views were caught up after each session."""
    clock = Ticking()
    Ledger.create(path, clock=clock).close()
    for session in told:
        with Ledger.open(path, clock=clock) as ledger:
            for proposal in session:
                with suppress(LedgerError):
                    ledger.record(proposal.against(recorded(ledger)), by="tester")
            ledger.status(as_of=date.max)
    with Ledger.open(path, clock=clock) as ledger:
        yield ledger


def tables(path: Path) -> Tables:
    """All rows of all tables, and all that the full-text index holds: each word, where it stands."""
    with closing(sqlite3.connect(f"{path}.views.db")) as views:
        views.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'events_fts', 'instance')")
        found = {name: set(views.execute(f"SELECT * FROM {name}")) for name in TABLES}
        found["words"] = set(views.execute("SELECT * FROM temp.words"))
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@given(sessions())
@settings(max_examples=50)
def test_caught_up_is_rebuilt_is_replayed(told: list[list[Proposal]]) -> None:
    """ "It catches up from its position before each read": to the very rows that a rebuild makes."""
    with scratch() as folder:
        path = Path(folder) / "ledger.db"
        with asked_between(told, path) as ledger:
            caught_up = tables(path)
            ledger.rebuild()
            assert tables(path) == caught_up
            replayed = replay([json.loads(line) for line in ledger.export()], list(ledger.export()))
            of_the_log = {name: rows for name, rows in caught_up.items() if name != "words"}
            # What tables there are is no matter of the log: the file says it of itself.
            of_the_log["meta"] = [row for row in of_the_log["meta"] if row[0] != "schema"]
            assert of_the_log == replayed


@given(sessions())
@settings(max_examples=50)
def test_the_status_of_every_day_and_position_is_the_fold_up_to_there(told: list[list[Proposal]]) -> None:
    """As of any day, the spells give what folding up to it gives, and what the rules give, done slowly."""
    with scratch() as folder, asked_between(told, Path(folder) / "ledger.db") as ledger:
        log, naive = PlainLog(), NaiveRecord()
        log.entries = recorded(ledger)
        naive.lines = [json.loads(line) for line in ledger.export()]
        names = {getattr(entry.fact, "commitment", None) for entry in log.entries} - {None}
        for day in naive.days():
            found = ledger.status(as_of=day)
            assert found == list(status_rows([log.book.history(str(name)) for name in names], as_of=day))
            assert found == ledger.status(as_of=day, known_at=len(log.entries))
            assert [asdict(row) for row in found] == naive.rows(day)
        for known in range(len(log.entries) + 1):
            found = ledger.status(as_of=date.max, known_at=known)
            histories = [log.book.history(str(name)) for name in names]
            assert found == list(status_rows(histories, as_of=date.max, known=known))


def replay(lines: list[Content], written: list[bytes]) -> Tables:
    """The rows of every table, from the lines and the design's words."""
    record = NaiveRecord()
    record.lines = lines
    names = sorted({line["commitment"] for line in lines if "commitment" in line})
    days = [line["occurred_on"] for line in lines if "occurred_on" in line]
    meta = {
        "version": VERSION,
        "position": str(len(lines)),
        "line": hashlib.sha256(written[-1]).hexdigest() if written else "",
        "last_day": max(days, default=""),
    }
    found: dict[str, list[tuple[object, ...]]] = {
        "statements": [_statement(lines, line) for line in in_force(lines) if line["kind"] == "registered"],
        "commitments": [_commitment(lines, name) for name in names],
        "standings": [
            (row["commitment"], row["country"], *(_text(row[name]) for name in STANDING)) for row in record.rows()
        ],
        "spells": [spell for name in names for spell in _spells(record, name)],
        "events": [_event(lines, n, line) for n, line in enumerate(written, 1)],
        "meta": list(meta.items()),
    }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _statement(lines: list[Content], line: Content) -> tuple[object, ...]:
    fields = [line.get(name) for name in ("statement", "title", "occurred_on", "place", "url")]
    return (*fields, " ".join(line["parties"]), line.get("text"), line["id"], lines.index(line) + 1)


def _commitment(lines: list[Content], name: str) -> tuple[object, ...]:
    described = description(lines, name)
    position = next(n for n, line in enumerate(lines, 1) if line.get("commitment") == name)
    fields = ("title", "theme", "nature", "strength", "due", "due_basis")
    return (name, *(described[field] for field in fields), " ".join(described["parties"]), position)


def _spells(record: NaiveRecord, name: str) -> Iterator[tuple[object, ...]]:
    """From each day on which something counts for a country to the next such day, if it has a status then."""
    for country in description(record.lines, name)["parties"]:
        days = sorted({line["occurred_on"] for line in timeline_of(record.lines, name, country)})
        for day, until in pairwise([*days, None]):
            for row in record.rows(date.fromisoformat(day)):
                if (row["commitment"], row["country"]) == (name, country):
                    yield (name, country, day, until, *(_text(row[field]) for field in STANDING))


def _event(lines: list[Content], position: int, written: bytes) -> tuple[object, ...]:
    line = lines[position - 1]
    source = line.get("source", {})
    retracting = (n for n, one in enumerate(lines, 1) if one["kind"] == "retracted" and one["event"] == line["id"])
    return (
        position,
        *(line.get(name) for name in ("id", "kind", "recorded_at", "recorded_by", "commitment", "statement")),
        " ".join(line["parties"]) if line["kind"] in (*DATED, "registered") else None,
        *(line.get(name) for name in ("occurred_on", "paragraph", "quote", "title", "occurrence")),
        *(line.get(name) for name in ("score", "reason", "note")),
        source.get("title"),
        source.get("url"),
        next(retracting, None),
        written.decode(),
    )
