"""The headline figures of a set of status rows, always split by nature and by strength.

So an occurrence kept never counts as a promise settled, and soft pledges flatter nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.events.countries import COUNTRY_NAMES
from ledger.projections.rows import StatusRow


@dataclass(frozen=True, slots=True)
class Tally:
    """A country's commitments, by status; how many are overdue, and how often any was kept."""

    code: str
    name: str
    commitments: int
    statuses: Counter[str]
    overdue: int
    kept: int


def tally(code: str, rows: Sequence[StatusRow]) -> Tally:
    """What the rows of one country come to."""
    return Tally(
        code=code,
        name=COUNTRY_NAMES.get(code, code),
        commitments=len(rows),
        statuses=Counter(row.status for row in rows),
        overdue=sum(row.overdue for row in rows),
        kept=sum(row.kept for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group of a country's commitments.

    `statuses` counts commitments by status; `kept` adds up fulfilments, one commitment may have several;
    `scores` counts the latest score of each commitment that has one.
    """

    country: str
    split: str
    group: str
    commitments: int
    statuses: Counter[str]
    overdue: int
    kept: int
    scores: Counter[int]


def summarise(rows: Iterable[StatusRow], split: str) -> list[Figures]:
    """The figures by country and by `split`, which is `nature` or `strength`; sorted."""
    groups: dict[tuple[str, str], list[StatusRow]] = {}
    for row in rows:
        groups.setdefault((row.country, getattr(row, split)), []).append(row)
    return [
        Figures(
            country=country,
            split=split,
            group=group,
            commitments=len(members),
            statuses=Counter(row.status for row in members),
            overdue=sum(row.overdue for row in members),
            kept=sum(row.kept for row in members),
            scores=Counter(row.score for row in members if row.score is not None),
        )
        for (country, group), members in sorted(groups.items())
    ]
