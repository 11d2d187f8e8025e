"""The rules of the record done slowly: nothing is kept but the lines, and each answer reads them all anew.

Written from the words of the design (sections 2 to 4) over plain JSON values, and sharing nothing with `ledger`:
what the two agree on was understood twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

Content = dict[str, Any]
"""A fact as the JSON values of its line; a recorded one has the envelope besides."""
Outcome = Literal["recorded", "already", "superseded", "refused"]

DATED = ("made", "reaffirmed", "fulfilled", "lapsed", "assessed")
LIFECYCLE = DATED[:4]
DESCRIPTION = ("title", "theme", "nature", "strength", "due", "due_basis")
BEGINS_IN = {"plant trees every": 2, "agreed to meet in the spring.": 3}
"""Quotes from the kit's text, and the paragraph that each begins in, as a reader finds them."""


class No(Exception):
    """The rules forbid it."""


def identity(content: Content) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def step(status: str | None, event: str, nature: str, reason: str | None) -> str:
    """The status after an event: the table of design, section 3, read row by row. Raises `No`."""
    once, kept, gone = nature == "one-off", status == "fulfilled", status == "lapsed"
    if event == "made":
        allowed = status is None
    elif event == "reaffirmed":
        return "fulfilled" if once and kept else "reaffirmed"
    elif event == "fulfilled":
        allowed = status is not None and not (once and kept)
    else:
        allowed = status is not None and not (once and (gone or (kept and reason != "reversed")))
    if not allowed:
        raise No
    return event


class NaiveRecord:
    """The lines in log order, each with its envelope; line n is `lines[n - 1]`."""

    def __init__(self) -> None:
        self.lines: list[Content] = []

    # What is asked

    def rows(self, as_of: date = date.max, known: int | None = None) -> list[Content]:
        """The rows of `status` at (D, K), with the fields of design, section 6."""
        lines = self.lines[:known]
        found = []
        for commitment in sorted({line["commitment"] for line in lines if "commitment" in line}):
            described = description(lines, commitment)
            for country in described["parties"]:
                timeline = timeline_of(lines, commitment, country, as_of)
                if any(line["kind"] in LIFECYCLE for line in timeline):
                    found.append(_row(commitment, country, described, timeline, as_of))
        return found

    def known_at(self, moment: datetime) -> int:
        """The position of the last line recorded at or before a time."""
        return sum(written <= moment for written in map(time_of, self.lines))

    def days(self) -> list[date]:
        """Every day on which anything occurred, the days around them, and the ends of the calendar."""
        named = {date.fromisoformat(line["occurred_on"]) for line in self.lines if "occurred_on" in line}
        around = {day + timedelta(days=n) for day in named for n in (-1, 0, 1)}
        return sorted(around | {date.min, date.max})

    # What is done

    def propose(self, content: Content, at: datetime, by: str) -> tuple[Outcome, int | None]:
        """Record a fact if the rules allow it; what became of it, and where it stands."""
        written = max([at.astimezone(UTC), *map(time_of, self.lines[-1:])])
        outcome, position, spelled_out = self.judge(content, written)
        if outcome == "recorded":
            time = written.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            envelope = {"id": identity(spelled_out), "recorded_at": time, "recorded_by": by}
            self.lines.append({**spelled_out, **envelope})
            position = len(self.lines)
        return outcome, position

    def propose_all(self, contents: list[Content], at: datetime, by: str) -> tuple[list[Outcome], list[int]]:
        """Record all of an import or nothing; what becomes of each line, and the lines at fault."""
        before = list(self.lines)
        outcomes = [self.propose(content, at, by)[0] for content in contents]
        faults = [number for number, outcome in enumerate(outcomes, 1) if outcome == "refused"]
        if faults:
            self.lines = before
        return outcomes, faults

    def judge(self, content: Content, written: datetime) -> tuple[Outcome, int | None, Content]:
        """What would become of a fact, where it stands if it does, and its content spelled out."""
        spelled_out = self.spelled_out(content)
        for position, line in enumerate(self.lines, 1):
            if line["id"] == identity(spelled_out):
                return "already" if self._stands(line) else "superseded", position, spelled_out
        try:
            self._check(spelled_out, written)
        except No:
            return "refused", None, spelled_out
        return "recorded", None, spelled_out

    def spelled_out(self, content: Content) -> Content:
        """With the parties that are meant, sorted."""
        if content["kind"] == "retracted":
            return content
        if content["kind"] == "amended":
            changes = content["changes"]
            if "parties" in changes:
                changes = {**changes, "parties": sorted(set(changes["parties"]))}
            return {**content, "changes": changes}
        parties = content.get("parties")
        if parties is None:
            parties = description(self.lines, content["commitment"])["parties"]
            if (statement := self.statement(content.get("statement"))) is not None:
                parties = [party for party in parties if party in statement["parties"]]
        return {**content, "parties": sorted(set(parties))} if parties else content

    def statement(self, name: str | None) -> Content | None:
        """The registration in force."""
        found = [line for line in in_force(self.lines) if line["kind"] == "registered"]
        return next((line for line in found if line["statement"] == name), None)

    def _stands(self, line: Content) -> bool:
        standing = list(in_force(self.lines))
        if line not in standing:
            return False
        restating = [
            one["changes"].keys() & line["changes"].keys()
            for one in standing[standing.index(line) + 1 :]
            if line["kind"] == one["kind"] == "amended" and one["commitment"] == line["commitment"]
        ]
        return not any(restating)

    def _check(self, content: Content, written: datetime) -> None:
        today = written.astimezone(timezone(timedelta(hours=14))).date()
        if "occurred_on" in content and date.fromisoformat(content["occurred_on"]) > today:
            raise No
        match content["kind"]:
            case "registered":
                if self.statement(content["statement"]) is not None:
                    raise No
            case "amended":
                if not any(line.get("commitment") == content["commitment"] for line in self.lines):
                    raise No
                check_legal([*self.lines, {**content, "id": "new"}], content["commitment"])
            case "retracted":
                self._check_retraction(content)
            case _:
                self._check_dated(content)

    def _check_dated(self, content: Content) -> None:
        commitment, says = content["commitment"], content["kind"] in ("made", "reaffirmed")
        begun = any(line.get("commitment") == commitment for line in self.lines)
        needed = ("title", "nature", "strength", "parties")
        if not begun and not (says and all(name in content for name in needed)):
            raise No
        described = description(self.lines if begun else [content], commitment)
        if any(name in content and content[name] != described[name] for name in DESCRIPTION if says and begun):
            raise No
        if not content.get("parties") or not set(content["parties"]) <= set(described["parties"]):
            raise No
        if "statement" in content:
            statement = self.statement(content["statement"])
            if statement is None or not set(content["parties"]) <= set(statement["parties"]):
                raise No
        if not self._quoted_well(content):
            raise No
        check_legal([*self.lines, {**content, "id": "new"}], commitment)

    def _quoted_well(self, content: Content) -> bool:
        statement = self.statement(content.get("statement"))
        if statement is None or "text" not in statement:
            return "quote" not in content and "paragraph" not in content
        return "quote" in content and content.get("paragraph") == BEGINS_IN.get(content["quote"])

    def _check_retraction(self, content: Content) -> None:
        of = "commitment" if "commitment" in content else "statement"
        event = next((line for line in self.lines if line["id"] == content["event"]), None)
        if event is None or event["kind"] == "retracted" or event not in in_force(self.lines):
            raise No
        if event.get(of) != content[of] or (of == "statement" and "commitment" in event):
            raise No
        if of == "commitment":
            check_legal([*self.lines, {**content, "id": "new"}], content["commitment"])
        elif any(line.get("commitment") and line.get(of) == content[of] for line in in_force(self.lines)):
            raise No


def in_force(lines: list[Content]) -> Iterator[Content]:
    """The lines that none of these retracts; a retraction is always in force."""
    void = {line["event"] for line in lines if line["kind"] == "retracted"}
    return (line for line in lines if line["id"] not in void)


def time_of(line: Content) -> datetime:
    return datetime.fromisoformat(line["recorded_at"])


def description(lines: list[Content], commitment: str) -> Content:
    """As the first event gives it, even if retracted since, and the amendments in force restate it."""
    own = [line for line in lines if line.get("commitment") == commitment]
    described: Content = dict.fromkeys((*DESCRIPTION, "parties"))
    described["parties"] = []
    if own:
        described |= {name: own[0][name] for name in described if name in own[0]}
    void = {line["event"] for line in own if line["kind"] == "retracted"}
    for line in own:
        if line["kind"] == "amended" and line["id"] not in void:
            described |= line["changes"]
    return described


def timeline_of(lines: list[Content], commitment: str, country: str, as_of: date = date.max) -> list[Content]:
    """The dated lines in force that name the country, by day, and on one day in log order."""
    counting = [
        line
        for line in in_force(lines)
        if line.get("commitment") == commitment
        and line["kind"] in DATED
        and country in line["parties"]
        and date.fromisoformat(line["occurred_on"]) <= as_of
    ]
    return sorted(counting, key=lambda line: str(line["occurred_on"]))


def check_legal(lines: list[Content], commitment: str) -> None:
    """Raises `No` unless the description holds together and every country's timeline goes by the table."""
    described = description(lines, commitment)
    if described["nature"] is None or (described["due_basis"] and not described["due"]):
        raise No
    own = [line for line in in_force(lines) if line.get("commitment") == commitment and line["kind"] in DATED]
    for country in {party for line in own for party in line["parties"]}:
        if country not in described["parties"]:
            raise No
        status_of(timeline_of(lines, commitment, country), described["nature"])


def status_of(timeline: list[Content], nature: str) -> str | None:
    status = None
    for line in timeline:
        if line["kind"] in LIFECYCLE:
            status = step(status, line["kind"], nature, line.get("reason"))
    return status


def _row(commitment: str, country: str, described: Content, timeline: list[Content], as_of: date) -> Content:
    moves = [line for line in timeline if line["kind"] in LIFECYCLE]
    kept = [line for line in timeline if line["kind"] == "fulfilled"]
    scored = [line for line in timeline if line["kind"] == "assessed"]
    status = status_of(timeline, described["nature"])
    giving = [line for line in moves if line["kind"] == status][-1]
    due = _day(described["due"])
    return {
        "commitment": commitment,
        **{name: described[name] for name in ("title", "theme", "nature", "strength")},
        "country": country,
        "status": status,
        "since": _day(giving["occurred_on"]),
        "event": giving["id"],
        "due": due,
        "overdue": due is not None and due < as_of and status in ("made", "reaffirmed"),
        "origin": "made" if moves[0]["kind"] == "made" else "outside",
        "events": len(moves),
        "kept": len(kept),
        "last_kept": _day(kept[-1]["occurred_on"]) if kept else None,
        "score": scored[-1]["score"] if scored else None,
        "scored_on": _day(scored[-1]["occurred_on"]) if scored else None,
    }


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
