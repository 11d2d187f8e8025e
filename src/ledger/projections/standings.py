"""How every commitment stands for every country at (D, K) (design, section 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.events.history import Described, History
from ledger.events.lifecycle import Standing, fold
from ledger.projections.rows import StatusRow, is_overdue


def status_row(
    commitment: str, country: str, description: Described, standing: Standing, as_of: date
) -> StatusRow | None:
    """The row of a standing; None if the country has no status yet."""
    if standing.status is None:
        return None
    assert standing.since is not None and standing.event is not None and standing.origin is not None
    return StatusRow(
        commitment=commitment,
        title=description.title,
        theme=description.theme,
        nature=description.nature,
        strength=description.strength,
        country=country,
        status=standing.status,
        since=standing.since,
        event=standing.event,
        due=description.due,
        overdue=is_overdue(description.due, standing.status, as_of),
        origin=standing.origin,
        events=standing.events,
        kept=standing.kept,
        last_kept=standing.last_kept,
        score=standing.score,
        scored_on=standing.scored_on,
    )


def status_rows(histories: Iterable[History], *, as_of: date, known: int | None = None) -> Iterator[StatusRow]:
    """The rows at (D, K), sorted by commitment and country; `known` is a log position, None its end."""
    for history in sorted(histories, key=lambda one: one.commitment):
        description = history.description(known)
        if description is None:
            continue
        for country in description.parties:
            timeline = history.timeline(country, as_of=as_of, known=known)
            row = status_row(history.commitment, country, description, fold(timeline, description.nature), as_of)
            if row is not None:
                yield row
