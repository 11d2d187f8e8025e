"""How fast the program does what it exists for, as ratios to a floor that is measured in the same run.

The floor writes the same lines into the same table under the same guards (WAL, synchronous FULL) and does nothing
else. Floor and work alternate, and the medians are told: absolute figures drift with the machine, ratios less so.

    python benchmarks/bench.py [--events N] [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger import Ledger
from ledger.events.kinds import Reaffirmed
from ledger.store.log import SQLiteLog
from ledger.store.schema import GUARDS

STATEMENT: dict[str, Any] = {
    "kind": "registered",
    "statement": "s",
    "title": "S",
    "occurred_on": "2010-01-01",
    "parties": ["JPN", "KOR", "USA"],
}
WORDS = "They reaffirmed what they had said before, at some length, and went on to say it again."


def history(events: int, per_commitment: int = 5) -> list[dict[str, Any]]:
    """A legal history, the same every time: one statement, then commitments of a few events each."""
    chance, lines = random.Random(3), [STATEMENT]  # noqa: S311 - a repeatable history, no secret
    while len(lines) < events:
        day, name = date(2010, 1, 1) + timedelta(days=chance.randrange(2000)), f"c-{len(lines)}"
        first = {"title": f"Commitment {name}", "theme": f"t-{len(lines) % 12}", "nature": "standing"}
        lines.append(
            {"kind": "made", "commitment": name, "parties": STATEMENT["parties"], "occurred_on": day.isoformat()}
            | first
            | {"statement": "s", "strength": "high", "note": WORDS}
        )
        for number in range(min(per_commitment - 1, events - len(lines))):
            day += timedelta(days=1 + chance.randrange(200))
            source = {"title": "A source", "url": f"https://example.org/{name}/{number}"}
            said = {"commitment": name, "occurred_on": day.isoformat(), "note": f"{WORDS} {number}"}
            kind = "reaffirmed" if chance.random() < 0.6 else "fulfilled"
            lines.append({"kind": kind, **said, "source": source})
    return lines


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def command(*args: str | Path) -> None:
    """Run the installed program."""
    subprocess.run([sys.executable, "-m", "ledger", *map(str, args)], check=True, capture_output=True)  # noqa: S603


class Bench:
    """The figures of one run: seconds by name, a list a round."""

    def __init__(self, folder: Path, events: int) -> None:
        self.folder, self.events = folder, events
        self.seconds: dict[str, list[float]] = {}
        self.source = folder / "in.jsonl"
        self.source.write_text("".join(json.dumps(line) + "\n" for line in history(events)))
        self.exported = folder / "out.jsonl"

    def round(self, number: int) -> None:
        """Each work once, beside the floor."""
        path = self.folder / f"{number}.db"
        command("--db", path, "init")
        self._note("import", lambda: command("--db", path, "import", self.source, "--by", "bench"))
        command("--db", path, "export", "-o", self.exported)
        self._note("floor", lambda: self._floor(path, self.folder / f"floor-{number}.db"))
        self._note("rebuild", lambda: command("--db", path, "rebuild"))
        self._note("verify", lambda: command("--db", path, "verify"))
        self._note("export", lambda: command("--db", path, "export", "-o", self.folder / "again.jsonl"))
        restored = self.folder / f"{number}-restored.db"
        self._note("restore", lambda: command("--db", restored, "restore", self.exported))
        bare = [sys.executable, "-c", "import typer, pydantic, sqlite3"]
        self._note("bare", lambda: subprocess.run(bare, check=True))  # noqa: S603
        self._note("status", lambda: command("--db", path, "status", "--commitment", "c-1"))
        self._note("bare append", lambda: self._floor_append(path, self.folder / f"bare-{number}.db"))
        self._note("append", lambda: self._append(path))

    def _note(self, name: str, work: Callable[[], object]) -> None:
        self.seconds.setdefault(name, []).append(timed(work))

    def _rows(self, path: Path) -> list[tuple[object, ...]]:
        log = SQLiteLog(path)
        rows = [tuple(row[1:]) for row in log.rows()]
        log.close()
        return rows

    def _table(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
            "PRIMARY KEY (originator_id, originator_version))"
        )
        for guard in GUARDS.values():
            connection.execute(guard)
        return connection

    def _floor(self, like: Path, path: Path) -> None:
        rows = self._rows(like)
        with closing(self._table(path)) as connection:
            begin = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
            self.seconds.setdefault("floor itself", []).append(time.perf_counter() - begin)

    def _append(self, path: Path, times: int = 200) -> None:
        with Ledger.open(path, clock=lambda: datetime.now(UTC)) as ledger:
            for number in range(times):
                source = {"title": "A source", "url": f"https://example.org/again/{number}"}
                name = f"c-{1 + 5 * number}"
                fact = Reaffirmed(commitment=name, occurred_on=date(2024, 1, 1), source=source)
                ledger.record(fact, by="bench")

    def _floor_append(self, like: Path, path: Path, times: int = 200) -> None:
        line = self._rows(like)[1][3]
        with closing(self._table(path)) as connection:
            for number in range(times):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO stored_events VALUES ('c', ?, 'made', ?)", (number + 1, line))
                connection.execute("COMMIT")

    def median(self, name: str) -> float:
        """The median over the rounds, in seconds."""
        return statistics.median(self.seconds[name])

    def table(self) -> list[tuple[str, float, str]]:
        """(work, seconds, ratio) a row."""
        floor, bare = self.median("floor itself"), self.median("bare")
        rows = [(name, self.median(name), f"{self.median(name) / floor:.2f} x floor") for name in _BULK]
        rows.append(("status", self.median("status"), f"{self.median('status') / bare:.2f} x bare"))
        over = (self.median("append") - self.median("bare append")) / 200 * 1e6
        rows.append(("append, each", self.median("append") / 200, f"bare transaction + {over:.0f} us"))
        return [("floor", floor, f"{self.events / floor:,.0f} lines/s"), ("bare start", bare, ""), *rows]


_BULK = ("import", "rebuild", "verify", "restore", "export")


def main() -> None:
    """Run the rounds, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), args.events)
        for number in range(args.rounds):
            bench.round(number)
    sys.stdout.write(f"{args.events:,} events, medians of {args.rounds} rounds\n")
    for name, seconds, ratio in bench.table():
        sys.stdout.write(f"{name:14} {seconds:9.4f} s  {ratio}\n")
    if args.json:
        args.json.write_text(json.dumps(bench.seconds, indent=2) + "\n")


if __name__ == "__main__":
    main()
