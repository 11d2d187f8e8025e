"""What differs between two answers. No models are needed to say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from ledger.projections.rows import Difference, StatusRow

DESCRIBED: Final = ("title", "theme", "nature", "strength", "due")
STOOD: Final = ("status", "since", "kept", "score", "overdue")


def differences(before: Iterable[StatusRow], after: Iterable[StatusRow]) -> list[Difference]:
    """What differs between two answers, sorted by commitment and country; descriptions once for all countries."""
    was, now = _by_key(before), _by_key(after)
    found = {
        Difference(commitment, None, name, *sides)
        for commitment, country in was.keys() & now.keys()
        for name, *sides in _unequal(was[commitment, country], now[commitment, country], DESCRIBED)
    } | {
        Difference(commitment, country, name, *sides)
        for commitment, country in was.keys() | now.keys()
        for name, *sides in _unequal(was.get((commitment, country), {}), now.get((commitment, country), {}), STOOD)
    }
    order = {name: n for n, name in enumerate((*DESCRIBED, *STOOD))}
    return sorted(found, key=lambda one: (one.commitment, one.country or "", order[one.field]))


def _by_key(rows: Iterable[StatusRow]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row.commitment, row.country): _noteworthy(row) for row in rows}


def _noteworthy(row: StatusRow) -> dict[str, Any]:
    # A country that has only just entered has nothing kept and is not overdue: that is no difference.
    score = None if row.score is None else signed(row.score)
    return asdict(row) | {"kept": row.kept or None, "overdue": row.overdue or None, "score": score}


def _unequal(
    was: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]
) -> Iterator[tuple[str, str | None, str | None]]:
    for name in names:
        before, after = told(was.get(name)), told(now.get(name))
        if before != after:
            yield name, before, after


def told(value: object) -> str | None:
    """A value as a difference tells it; None of what is missing."""
    if value is None:
        return None
    if value is True:
        return "yes"
    return " ".join(value) if isinstance(value, tuple) else str(value)


def signed(score: int | None) -> str:
    """A score as people write it: +1, 0, -1, or that there is none."""
    return "none" if score is None else f"{score:+d}" if score else "0"
