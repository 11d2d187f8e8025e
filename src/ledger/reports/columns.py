"""Which columns people see of which rows; JSON and CSV always have all fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.reports.rows import Column, Row

STATUS_COLOURS: Final = {"made": "cyan", "reaffirmed": "blue", "fulfilled": "green", "lapsed": "red"}


def field(name: str) -> Callable[[Row], str]:
    """The text of a field, empty where it is missing."""
    return lambda row: "" if row.get(name) is None else told(row[name])


def told(value: Any) -> str:
    """A value as people read it: a list without its brackets, what is taken back in words."""
    if value is None:
        return "taken back"
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def signed(score: int) -> str:
    """A score as people write it: +1, 0, -1."""
    return f"{score:+d}" if score else "0"


def score(row: Row) -> str:
    """A row's score, empty where it is missing."""
    return "" if row.get("score") is None else signed(row["score"])


def _due(row: Row) -> str:
    return f"{row['due']}{' overdue' if row['overdue'] else ''}" if row.get("due") else ""


def _positive(name: str) -> Callable[[Row], str]:
    return lambda row: str(row[name]) if row.get(name) else ""


def _status_colour(status: str) -> str:
    return STATUS_COLOURS.get(status, "")


def _due_colour(due: str) -> str:
    return "bold red" if due.endswith("overdue") else ""


STATUS: Final = (
    Column("Commitment", field("commitment"), merge=True, name=True),
    Column("Country", field("country")),
    Column("Status", field("status"), name=True, style=_status_colour),
    Column("Since", field("since"), name=True),
    Column("Kept", _positive("kept"), right=True),
    Column("Score", score, right=True),
    Column("Due", _due, style=_due_colour),
)


def _subject(row: Row) -> str:
    return str(row.get("commitment") or row.get("statement") or "")


def _short_id(row: Row) -> str:
    return str(row["id"])[:8]


def _said(row: Row) -> str:
    if row["kind"] == "amended":
        return "; ".join(f"{name}: {told(value)}" for name, value in row["changes"].items())
    if row["kind"] == "retracted":
        return f"{row['event'][:8]}: {row['reason']}"
    if row["kind"] == "assessed":
        return f"{score(row)} {row.get('note') or row['source']['title']}"
    words = next((row[name] for name in ("occurrence", "quote", "note", "title") if row.get(name)), "")
    return str(words or row["source"]["title"])


def _told(row: Row) -> str:
    head = " · ".join(filter(None, (_subject(row), field("parties")(row))))
    return f"{head}\n{_said(row)}"


def _effect(row: Row) -> str:
    before, after, detail = row["before"], row["after"], row["detail"]
    change = (after or "") if before in (after, None) else f"{before} → {after or 'none'}"
    if row["country"] is not None:
        return f"{row['country']}: {', '.join(filter(None, (change, detail)))}"
    return f"{detail}: {change}" if row["commitment"] is not None else detail or ""


def _effects(row: Row) -> str:
    return "\n".join(filter(None, (_subject(row), *map(_effect, row["effects"]))))


LOG: Final = (
    Column("#", field("position"), right=True),
    Column("Id", _short_id, name=True),
    Column("On", field("occurred_on"), name=True),
    Column("Event", field("kind"), name=True, style=_status_colour),
    Column("Of, and what", _told),
)

LOG_FIELDS: Final = (
    *("position", "id", "kind", "recorded_at", "recorded_by", "commitment", "parties", "occurred_on", "statement"),
    *("paragraph", "quote", "source_title", "source_url", "source_published_on", "title", "theme", "nature"),
    *(
        "strength",
        "due",
        "due_basis",
        "occurrence",
        "reason",
        "score",
        "assessor",
        "note",
        "event",
        "place",
        "url",
    ),
    *("text", "changes_title", "changes_theme", "changes_nature", "changes_strength", "changes_due"),
    *("changes_due_basis", "changes_parties"),
)
"""The log as CSV: the envelope, all columns that `import` reads, and what the other kinds have."""

REPLAY: Final = (
    Column("#", field("position"), right=True),
    Column("On", field("occurred_on"), name=True),
    Column("Event", field("kind"), name=True, style=_status_colour),
    Column("Of, and what it changed", _effects),
)
"""Of the rows as `together.by_event` gives them."""

DIFFERENCES: Final = (
    Column("Commitment", field("commitment"), merge=True, name=True),
    Column("Country", field("country"), merge=True),
    Column("What", field("field")),
    Column("Before", field("before"), name=True, style=_status_colour),
    Column("After", field("after"), name=True, style=_status_colour),
)

STATEMENTS: Final = (
    Column("Statement", field("statement"), name=True),
    Column("Issued", field("occurred_on")),
    Column("Place", field("place")),
    Column("Parties", field("parties")),
    Column("Title", field("title")),
)

FINDINGS: Final = (
    Column("Check", field("check"), name=True),
    Column("#", field("position"), right=True),
    Column("Finding", field("said")),
)
