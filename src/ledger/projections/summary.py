"""The headline figures of a set of status rows, always split by nature and by strength.

So an occurrence kept never counts as a promise settled, and soft pledges flatter nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.projections.rows import StatusRow


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
