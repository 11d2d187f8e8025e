"""Facts to begin from: each function gives a legal one, and takes the fields that a test wants otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ledger.events.fields import Source
from ledger.events.kinds import (
    Amended,
    Assessed,
    Changes,
    Fulfilled,
    Lapsed,
    Made,
    Reaffirmed,
    Registered,
    Retracted,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TODAY = date(2026, 1, 1)
ALL = ("JPN", "KOR", "USA")
TEXT = "A Joint Statement\n\nThey will plant trees\nevery year.\n\nThey also agreed to meet\n\nin the spring."
"""Four paragraphs; the second is wrapped in mid-sentence, the third broken off and carried on by the fourth."""


def source(number: int = 1) -> Source:
    return Source(title=f"Source {number}", url=f"https://example.org/{number}")


def registered(statement: str = "pact", **fields: Any) -> Registered:
    return Registered(
        **{"statement": statement, "title": "A pact", "parties": ALL, "occurred_on": date(2025, 1, 1)} | fields
    )


def made(commitment: str = "trees", day: str = "2025-01-01", **fields: Any) -> Made:
    """The first event of a commitment, described: standing, high, of all three, said in a source."""
    described = {"title": "Plant trees", "nature": "standing", "strength": "high", "parties": ALL}
    return Made(**{"commitment": commitment, "occurred_on": day, "source": source()} | described | fields)


def reaffirmed(commitment: str = "trees", day: str = "2025-02-01", **fields: Any) -> Reaffirmed:
    return Reaffirmed(**{"commitment": commitment, "occurred_on": day, "source": source()} | fields)


def fulfilled(commitment: str = "trees", day: str = "2025-03-01", **fields: Any) -> Fulfilled:
    return Fulfilled(
        **{"commitment": commitment, "occurred_on": day, "source": source(), "note": "Trees were planted."}
        | fields
    )


def lapsed(commitment: str = "trees", day: str = "2025-04-01", **fields: Any) -> Lapsed:
    return Lapsed(
        **{
            "commitment": commitment,
            "occurred_on": day,
            "source": source(),
            "note": "No tree was planted.",
            "reason": "abandoned",
        }
        | fields
    )


def assessed(commitment: str = "trees", day: str = "2025-05-01", score: int = 0, **fields: Any) -> Assessed:
    return Assessed(**{"commitment": commitment, "occurred_on": day, "source": source(), "score": score} | fields)


def amended(commitment: str = "trees", reason: str = "written wrongly", **changes: Any) -> Amended:
    return Amended(commitment=commitment, changes=Changes(**changes), reason=reason)


def retracted(event: str, commitment: str | None = "trees", reason: str = "mistaken", **fields: Any) -> Retracted:
    return Retracted(commitment=commitment, event=event, reason=reason, **fields)
