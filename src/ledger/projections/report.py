"""All that a status report tells, gathered at one (D, K)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.kinds import Registered
from ledger.projections.dossier import Dossier
from ledger.projections.rows import Difference, StatusRow
from ledger.trust.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Report:
    """What was true on `as_of` by what the log knew at position `known`, for `countries`.

    `changes` is what differs from `since` to `as_of`, None if that was not asked. `size` is the number of lines
    that the whole record had when the report was made, `checkpoint` what its first `known` were, which the report
    was made from (None: nothing).
    """

    as_of: date
    known: int
    countries: tuple[str, ...]
    rows: Sequence[StatusRow]
    dossiers: Sequence[Dossier]
    statements: dict[str, Registered]
    since: date | None
    changes: Sequence[Difference] | None
    size: int
    checkpoint: Checkpoint | None

    @property
    def overdue(self) -> list[StatusRow]:
        """The rows whose due date has passed unkept."""
        return [row for row in self.rows if row.overdue]

    @property
    def everything(self) -> bool:
        """Whether the report knows all that the record does."""
        return self.known == self.size
