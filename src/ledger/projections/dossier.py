"""A commitment's whole story at (D, K): what was said, what became of it, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.events.history import Described, History
from ledger.events.kinds import Amended, Assessed, Fulfilled, Lapsed, Made, Reaffirmed, Retracted
from ledger.events.lines import Entry
from ledger.projections.rows import StatusRow
from ledger.projections.spells import Spell, spells
from ledger.projections.standings import status_rows


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the story; `retracted_by` is the entry that voided it, if any has by K."""

    entry: Entry
    retracted_by: Entry | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """The story: `rows` and `lives` by country, `told` in log order, with only what was known at K."""

    commitment: str
    description: Described
    rows: tuple[StatusRow, ...]
    lives: tuple[Spell, ...]
    told: tuple[Told, ...]

    def dated(self, *kinds: type) -> list[Entry]:
        """The entries of these kinds that count, in the order of their days."""
        found = [one.entry for one in self.told if one.retracted_by is None and isinstance(one.entry.fact, kinds)]
        return sorted(found, key=lambda entry: (getattr(entry.fact, "occurred_on", date.min), entry.position))

    @property
    def sayings(self) -> list[Entry]:
        """Where it was made or reaffirmed."""
        return self.dated(Made, Reaffirmed)

    @property
    def evidence(self) -> list[Entry]:
        """What settles: fulfilments and lapses."""
        return self.dated(Fulfilled, Lapsed)

    @property
    def assessments(self) -> list[Entry]:
        """What settles nothing."""
        return self.dated(Assessed)

    @property
    def corrections(self) -> list[Told]:
        """Amendments, retractions and what they voided, in log order."""
        return [one for one in self.told if isinstance(one.entry.fact, Amended | Retracted)]

    @property
    def quoted(self) -> Entry:
        """The saying whose words stand for the commitment: the first with a quote, else the first entry."""
        quoted = (entry for entry in self.sayings if getattr(entry.fact, "quote", None))
        return next(quoted, self.told[0].entry)


def dossier(entries: Iterable[Entry], *, as_of: date, known: int | None = None) -> Dossier | None:
    """The dossier of the one commitment that these entries are of; None if nothing of it was known at K.

    What happened after D is left out of the rows and of the story's dated entries.
    """
    known_entries = [entry for entry in entries if known is None or entry.position <= known]
    history: History | None = None
    for entry in known_entries:
        history = history or History(str(getattr(entry.fact, "commitment", None)))
        history.add(entry)
    description = history.description() if history else None
    if history is None or description is None:
        return None
    by_retracted = {entry.fact.event: entry for entry in known_entries if isinstance(entry.fact, Retracted)}
    return Dossier(
        commitment=history.commitment,
        description=description,
        rows=tuple(status_rows([history], as_of=as_of)),
        lives=tuple(spell for spell in spells(history) if spell.from_day <= as_of),
        told=tuple(
            Told(entry, by_retracted.get(entry.id))
            for entry in known_entries
            if getattr(entry.fact, "occurred_on", date.min) <= as_of
        ),
    )
