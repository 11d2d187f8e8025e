"""A copy of a small record in a folder of its own, and what the owner of its files can do to it.

The record is that of `tests.kit.pact`: 29 lines of all eight kinds. Its positions are named where tests need them.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger import Ledger
from ledger.errors import Finding
from ledger.trust.checkpoint import Checkpoint

SIZE = 29
ENVELOPE = ("id", "recorded_at", "recorded_by")


def clock() -> datetime:
    return datetime(2026, 2, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """A ledger in a folder, the views beside it, and the checkpoint that was taken before anything happened."""

    folder: Path
    before: Checkpoint

    @property
    def path(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def views(self) -> Path:
        return self.folder / "ledger.db.views.db"

    def copy(self, folder: Path) -> Scene:
        for file in (self.path, self.views):
            shutil.copy(file, folder)
        return Scene(folder, self.before)

    def ledger(self) -> Ledger:
        return Ledger.open(self.path, clock=clock)

    def lines(self) -> list[bytes]:
        with self.ledger() as ledger:
            return list(ledger.export())

    def audit(self, *checkpoints: Checkpoint) -> tuple[Finding, ...]:
        with self.ledger() as ledger:
            return ledger.audit(checkpoints).findings

    @contextmanager
    def tampering(self) -> Iterator[sqlite3.Connection]:
        """The log without its guards, which stand again, to the letter, when the block ends."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as log:
            guards = log.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            assert len(guards) == 4
            log.execute("PRAGMA synchronous = OFF")  # nothing here outlives the machine
            for name, _ in guards:
                log.execute(f"DROP TRIGGER {name}")
            yield log
            for _, sql in guards:
                log.execute(sql)

    def forget_views(self) -> None:
        """The views are thrown away, as anyone may do at any time."""
        for file in self.folder.glob("ledger.db.views.db*"):
            file.unlink()


def content_id(line: dict[str, Any]) -> str:
    """The id of a line's content (design, section 4), by this module's own reckoning."""
    content = {name: value for name, value in line.items() if name not in ENVELOPE}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:32]


def written(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


def forged(line: bytes, **changes: Any) -> bytes:
    """A line with other values, and the id that fits them: nothing in the line itself shows the change."""
    value = json.loads(line) | changes
    return written(value | {"id": content_id(value)})


def enveloped(line: bytes, **changes: str) -> bytes:
    """A line with another envelope, which its id does not cover."""
    assert changes.keys() <= set(ENVELOPE)
    return written(json.loads(line) | changes)


def state(log: sqlite3.Connection, position: int) -> bytes:
    found = log.execute("SELECT state FROM stored_events WHERE rowid = ?", (position,)).fetchone()[0]
    assert isinstance(found, bytes)
    return found


def put_state(log: sqlite3.Connection, position: int, line: bytes) -> None:
    log.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (line, position))


def insert(log: sqlite3.Connection, line: bytes, position: int | None = None) -> None:
    """Put a line in as the last of its stream, at a position, or as the last of all."""
    value = json.loads(line)
    kind = "commitment" if "commitment" in value else "statement"
    stream = f"{kind}/{value[kind]}"
    last = "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = ?"
    version = log.execute(last, (stream,)).fetchone()[0] + 1
    log.execute(
        "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
        "VALUES (?, ?, ?, ?, ?)",
        (position, stream, version, value["kind"], line),
    )


def shift(log: sqlite3.Connection, after: int, by: int) -> None:
    """Move the rows after a position."""
    log.execute("UPDATE stored_events SET rowid = -(rowid + ?) WHERE rowid > ?", (by, after))
    log.execute("UPDATE stored_events SET rowid = -rowid WHERE rowid < 0")


def close_up(log: sqlite3.Connection) -> None:
    """Number the versions of each stream anew, from 1 and in log order."""
    streams = log.execute("SELECT DISTINCT originator_id FROM stored_events").fetchall()
    for (stream,) in streams:
        found = log.execute("SELECT rowid FROM stored_events WHERE originator_id = ? ORDER BY rowid", (stream,))
        rows = [row for (row,) in found]
        for sign in (-1, 1):
            renumbered = [(sign * version, row) for version, row in enumerate(rows, 1)]
            log.executemany("UPDATE stored_events SET originator_version = ? WHERE rowid = ?", renumbered)


def exchange(log: sqlite3.Connection, first: int, second: int) -> None:
    """Let two whole rows change places."""
    for old, new in ((first, -first), (second, first), (-first, second)):
        log.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (new, old))


def first_of(findings: Iterable[Finding]) -> dict[str, int | None]:
    """Each check that found something, with the first position at which it did.

    That the views are not compared where the log is at fault goes without saying, and is left out.
    """
    first: dict[str, int | None] = {}
    for finding in findings:
        if finding.check == "views" and finding.said.startswith("not compared"):
            continue
        before = first.setdefault(finding.check, finding.position)
        if before is not None and finding.position is not None:
            first[finding.check] = min(before, finding.position)
    return first
