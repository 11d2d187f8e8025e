"""Attacks on the log by whoever owns the file, and what must find them.

The positions are those of the record in `tests.kit.pact`. Old growth stands at 5, 14 and 15; the charter at 9 and
17 to 20; the spring meeting at 4, 12 and 13; the line at 22 retracts the one at 21.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from tests.trust.scene import (
    SIZE,
    close_up,
    enveloped,
    exchange,
    forged,
    insert,
    put_state,
    shift,
    state,
    written,
)

Log = sqlite3.Connection
Attack = Callable[[Log], object]


def sql(*statements: str) -> Attack:
    def attack(log: Log) -> None:
        for statement in statements:
            log.execute(statement)

    return attack


def update(assignment: str, position: int) -> Attack:
    return sql(f"UPDATE stored_events SET {assignment} WHERE rowid = {position}")


def delete(position: int) -> Attack:
    return sql(f"DELETE FROM stored_events WHERE rowid = {position}")


def drop(log: Log, position: int) -> None:
    """Take a row out and close the gap that it leaves in the positions."""
    log.execute("DELETE FROM stored_events WHERE rowid = ?", (position,))
    shift(log, after=position, by=-1)


def exchange_states(log: Log, first: int, second: int) -> None:
    one, other = state(log, first), state(log, second)
    put_state(log, first, other)
    put_state(log, second, one)


def another(log: Log, position: int, **changes: object) -> bytes:
    """A line as the one at a position, but about something else: as good as any that was recorded there."""
    return forged(state(log, position), **changes)


def appended(log: Log, source: int, **changes: object) -> None:
    """A line at the end that the rules would have refused, made of an older one and recorded at the last time."""
    last = json.loads(state(log, SIZE))["recorded_at"]
    insert(log, enveloped(another(log, source, **changes), recorded_at=last))


def dropped_and_closed_up(log: Log, position: int) -> None:
    drop(log, position)
    close_up(log)


def replaced(log: Log, position: int, line: bytes) -> None:
    """Another row under a position that is free again."""
    log.execute("DELETE FROM stored_events WHERE rowid = ?", (position,))
    insert(log, line, position)


def rewritten(log: Log, position: int, line: bytes) -> None:
    put_state(log, position, line)


FOUND: dict[str, tuple[Attack, dict[str, int]]] = {
    # rows taken out, put in, moved
    "a row taken out of the middle": (delete(14), {"positions": 15, "versions": 15}),
    "the first row taken out": (delete(1), {"positions": 2, "timelines": 3}),
    "the first row of a commitment taken out, which is retracted from later": (
        delete(7),
        {"positions": 8, "versions": 21, "timelines": 21},
    ),
    "the first row of a commitment taken out, which is amended later": (
        delete(8),
        {"positions": 9, "versions": 25, "timelines": 25},
    ),
    "a row taken out, and the positions closed up": (lambda log: drop(log, 14), {"versions": 14}),
    "the first row of a commitment taken out, and all closed up": (
        lambda log: dropped_and_closed_up(log, 5),
        {"timelines": 13},
    ),
    "two lines exchanged in their rows": (lambda log: exchange_states(log, 10, 11), {"lines": 10, "times": 11}),
    "two whole rows of one commitment exchanged": (
        lambda log: exchange(log, 14, 15),
        {"versions": 14, "times": 15},
    ),
    "two whole rows of two commitments exchanged": (lambda log: exchange(log, 11, 12), {"times": 12}),
    "a row put in before the first": (
        lambda log: insert(log, another(log, 1, statement="older"), -5),
        {"positions": -5},
    ),
    "a row put in at position 0": (
        lambda log: insert(log, another(log, 1, statement="older"), 0),
        {"positions": 0},
    ),
    "a row put in beyond the end": (
        lambda log: insert(log, another(log, 29, statement="later"), 50),
        {"positions": 50},
    ),
    "a row put in the place of another": (
        lambda log: replaced(log, 14, another(log, 14, commitment="trees", occurred_on="2025-06-02")),
        {"versions": 14},
    ),
    "a row put in twice": (lambda log: appended(log, 14), {"timelines": 30}),
    # what stands around a line
    "a version gap": (update("originator_version = 9", 20), {"versions": 20}),
    "a version below zero": (update("originator_version = -1", 20), {"versions": 20}),
    "a version that is text": (update("originator_version = 'five'", 20), {"versions": 20}),
    "no version": (update("originator_version = NULL", 20), {"versions": 20}),
    "another topic": (update("topic = 'reaffirmed'", 10), {"lines": 10}),
    "no topic": (update("topic = NULL", 10), {"lines": 10}),
    "another stream": (update("originator_id = 'statement/pact'", 29), {"lines": 29, "versions": 29}),
    "no stream": (update("originator_id = NULL", 20), {"lines": 20, "versions": 20}),
    "a stream that is a number": (update("originator_id = 7", 20), {"lines": 20, "versions": 20}),
    "a line stored as text": (update("state = CAST(state AS TEXT)", 12), {"lines": 12}),
    "a line stored as a number": (update("state = 12", 12), {"lines": 12}),
    "no line": (update("state = NULL", 12), {"lines": 12}),
    "an empty line": (update("state = x''", 12), {"lines": 12}),
    # lines that are not what was recorded
    "an id alone": (
        lambda log: rewritten(log, 12, enveloped(state(log, 12), id="0" * 32)),
        {"lines": 12},
    ),
    "the content alone": (
        lambda log: rewritten(log, 12, state(log, 12).replace(b"Busan", b"Pusan")),
        {"lines": 12},
    ),
    "an event that a later line retracts, with its id": (
        lambda log: rewritten(log, 21, another(log, 21, note="The bank was shown.")),
        {"timelines": 22},
    ),
    "a time set back": (
        lambda log: rewritten(log, 12, enveloped(state(log, 12), recorded_at="2026-01-01T00:00:00.000000Z")),
        {"times": 12},
    ),
    "a time set forward beyond the next": (
        lambda log: rewritten(log, 12, enveloped(state(log, 12), recorded_at="2026-01-12T09:04:00.000001Z")),
        {"times": 13},
    ),
    "a time in another zone": (
        lambda log: rewritten(log, 12, enveloped(state(log, 12), recorded_at="2026-01-12T10:03:00.000000+01:00")),
        {"lines": 12},
    ),
    "no recorder": (lambda log: rewritten(log, 12, enveloped(state(log, 12), recorded_by="")), {"lines": 12}),
    "parties out of order": (
        lambda log: rewritten(log, 12, another(log, 12, parties=["USA", "KOR", "JPN"])),
        {"lines": 12},
    ),
    "a field that no line has": (lambda log: rewritten(log, 12, another(log, 12, colour="green")), {"lines": 12}),
    "a field that holds null": (lambda log: rewritten(log, 12, another(log, 12, occurrence=None)), {"lines": 12}),
    "a field given twice": (
        lambda log: rewritten(log, 12, state(log, 12).replace(b'"note":', b'"note":"Nothing.","note":')),
        {"lines": 12},
    ),
    "a line in UTF-16": (lambda log: rewritten(log, 12, state(log, 12).decode().encode("utf-16")), {"lines": 12}),
    "a byte order mark": (lambda log: rewritten(log, 12, b"\xef\xbb\xbf" + state(log, 12)), {"lines": 12}),
    # lines that the rules would have refused
    "a one-off kept twice": (lambda log: appended(log, 12, note="Again."), {"timelines": 30}),
    "a party that is none": (lambda log: appended(log, 20, parties=["KOR"]), {"timelines": 30}),
    "a day to come": (lambda log: appended(log, 20, occurred_on="2026-02-01"), {"timelines": 30}),
    "a commitment that was never made": (
        lambda log: appended(log, 20, commitment="unheard-of"),
        {"timelines": 30},
    ),
    "a quote that is not in the text": (
        lambda log: appended(log, 3, commitment="flowers", quote="The ministers will plant a million flowers"),
        {"timelines": 30},
    ),
    "a retraction of what is not there": (lambda log: appended(log, 22, event="0" * 32), {"timelines": 30}),
}  # fmt: skip


UNCONTRADICTED = {
    # The 29 lines that were checkpointed are still the first 29, byte for byte; what is wrong stands around them
    # or after them.
    *(name for name, (_, expected) in FOUND.items() if set(expected.values()) == {30}),
    "a row put in beyond the end",
    "a version gap",
    "a version below zero",
    "a version that is text",
    "no version",
    "another topic",
    "no topic",
    "another stream",
    "no stream",
    "a stream that is a number",
    "a line stored as text",
}


def moved_back(log: Log) -> None:
    """The last word on the charter comes to stand before what it speaks of, with a time from there."""
    time = json.loads(state(log, 9))["recorded_at"]
    log.execute("UPDATE stored_events SET rowid = 1000 WHERE rowid = 20")
    shift(log, after=20, by=-1)
    shift(log, after=9, by=1)
    log.execute("UPDATE stored_events SET rowid = 10 WHERE rowid = (SELECT max(rowid) FROM stored_events)")
    put_state(log, 10, enveloped(state(log, 10), recorded_at=time))
    close_up(log)


def exchanged_with_their_times(log: Log) -> None:
    first, second = state(log, 11), state(log, 12)
    times = [json.loads(line)["recorded_at"] for line in (first, second)]
    put_state(log, 11, enveloped(first, recorded_at=times[1]))
    put_state(log, 12, enveloped(second, recorded_at=times[0]))
    exchange(log, 11, 12)


def put_in_the_middle(log: Log) -> None:
    line = another(log, 14, occurred_on="2025-06-02")
    shift(log, after=14, by=1)
    insert(log, line, 15)
    close_up(log)


KNOWN_TO_A_CHECKPOINT: dict[str, Attack] = {
    "the last line cut off": delete(29),
    "the last ten lines cut off": sql("DELETE FROM stored_events WHERE rowid > 19"),
    "all lines but the first cut off": sql("DELETE FROM stored_events WHERE rowid > 1"),
    "everything cut off": sql("DELETE FROM stored_events"),
    "the last line replaced at its own position": lambda log: replaced(log, 29, another(log, 29, title="Other")),
    "a line taken out, and positions and versions closed up": lambda log: dropped_and_closed_up(log, 14),
    "a line put in the middle, and all numbered anew": put_in_the_middle,
    "a content changed, with its id": lambda log: rewritten(log, 12, another(log, 12, note="They met in Pusan.")),
    "the first line changed, with its id": lambda log: rewritten(log, 1, another(log, 1, place="Hakodate")),
    "the recorder changed": lambda log: rewritten(log, 12, enveloped(state(log, 12), recorded_by="another")),
    "a time moved within its neighbours": lambda log: rewritten(
        log, 12, enveloped(state(log, 12), recorded_at="2026-01-12T09:02:00.000000Z")
    ),
    "the last time set forward": lambda log: rewritten(
        log, 29, enveloped(state(log, 29), recorded_at="2036-01-01T00:00:00.000000Z")
    ),
    "the fields of a line in another order": lambda log: rewritten(
        log, 12, written(dict(reversed(json.loads(state(log, 12)).items())))
    ),
    "spaces between the fields of a line": lambda log: rewritten(
        log, 12, json.dumps(json.loads(state(log, 12)), ensure_ascii=False).encode()
    ),
    "two whole rows exchanged, with their times": exchanged_with_their_times,
    "a whole row moved back, with an older time": moved_back,
}
"""What a record cannot show by itself, since each of these might have been recorded so. It is what checkpoints are
published for."""
