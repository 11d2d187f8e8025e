"""The eight kinds of event, as a closed union (design, section 4).

A *fact* is what is said: an event without its envelope. The log's envelope (id, time, recorder) is put around it
at append, and the two together are an `Entry`. Fields stand in the order in which a line shows them.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from ledger.events.fields import (
    Day,
    EventId,
    Paragraph,
    Parties,
    Score,
    Slug,
    Source,
    Text,
    Url,
    Value,
)
from ledger.events.vocabulary import DueBasis, LapseReason, Nature, Strength


def commitment_stream(commitment: str) -> str:
    """The stream that holds all events of a commitment."""
    return f"commitment/{commitment}"


def statement_stream(statement: str) -> str:
    """The stream that holds all events of a statement."""
    return f"statement/{statement}"


class Registered(Value):
    """A statement enters the record; `occurred_on` is its day of issue."""

    kind: Literal["registered"] = "registered"
    statement: Slug
    title: Text
    parties: Parties
    occurred_on: Day
    place: Text | None = None
    url: Url | None = None
    text: Text | None = None

    @property
    def stream(self) -> str:
        return statement_stream(self.statement)


class Description(Value):
    """What a commitment is, as far as it is given: the first event gives it, `amended` restates it."""

    title: Text | None = None
    theme: Slug | None = None
    nature: Nature | None = None
    strength: Strength | None = None
    due: Day | None = None
    due_basis: DueBasis | None = None


DESCRIPTION_FIELDS = tuple(Description.model_fields)


class OfCommitment(Value):
    """Base of the events that stand in a commitment's stream."""

    commitment: Slug

    @property
    def stream(self) -> str:
        return commitment_stream(self.commitment)


class _Said(OfCommitment):
    """`made` and `reaffirmed`: where it was said, and, on the first, the description."""

    parties: Parties | None = None
    occurred_on: Day
    statement: Slug | None = None
    paragraph: Paragraph | None = None
    quote: Text | None = None
    source: Source | None = None
    title: Text | None = None
    theme: Slug | None = None
    nature: Nature | None = None
    strength: Strength | None = None
    due: Day | None = None
    due_basis: DueBasis | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.statement is None and self.source is None:
            raise ValueError("say where it was said: a statement (with paragraph and quote) or a source")
        if self.due_basis is not None and self.due is None:
            raise ValueError("due_basis says where the due date comes from, and there is no due date")
        return self


class Made(_Said):
    """The commitment is made, by these parties, on this day."""

    kind: Literal["made"] = "made"


class Reaffirmed(_Said):
    """The commitment is said again to stand; as the first event, its origin lies outside the record."""

    kind: Literal["reaffirmed"] = "reaffirmed"


class Fulfilled(OfCommitment):
    """It was kept: once and for all if one-off, else in the `occurrence` that is named."""

    kind: Literal["fulfilled"] = "fulfilled"
    parties: Parties | None = None
    occurred_on: Day
    source: Source
    occurrence: Text | None = None
    note: Text


class Lapsed(OfCommitment):
    """It was not kept, or no longer binds, for one of five reasons."""

    kind: Literal["lapsed"] = "lapsed"
    parties: Parties | None = None
    occurred_on: Day
    source: Source
    occurrence: Text | None = None
    reason: LapseReason
    note: Text


class Assessed(OfCommitment):
    """Evidence or progress that settles nothing; it moves no status."""

    kind: Literal["assessed"] = "assessed"
    parties: Parties | None = None
    occurred_on: Day
    source: Source
    score: Score
    assessor: Text | None = None
    note: Text | None = None


class Changes(Description):
    """What an amendment restates: description fields, and parties; a due date wrongly set is null."""

    parties: Parties | None = None

    @model_validator(mode="after")
    def _restates_something(self) -> Self:
        given = self.model_fields_set
        if not given:
            raise ValueError("name at least one description field to restate")
        if any(getattr(self, name) is None for name in given - {"due", "due_basis"}):
            raise ValueError("only due and due_basis can be taken back with null")
        if "due" in given and self.due is None and ("due_basis" not in given or self.due_basis is not None):
            raise ValueError("a due date is taken back together with its due_basis")
        return self


class Amended(OfCommitment):
    """The description is restated, for all days: it was wrongly written."""

    kind: Literal["amended"] = "amended"
    changes: Changes
    reason: Text


class Retracted(Value):
    """An entry of a commitment or of a statement is voided; it stays in the log with this reason."""

    kind: Literal["retracted"] = "retracted"
    commitment: Slug | None = None
    statement: Slug | None = None
    event: EventId
    reason: Text

    @model_validator(mode="after")
    def _of_one_stream(self) -> Self:
        if (self.commitment is None) == (self.statement is None):
            raise ValueError("name the commitment or the statement that the event belongs to, and not both")
        return self

    @property
    def stream(self) -> str:
        if self.commitment is not None:
            return commitment_stream(self.commitment)
        return statement_stream(str(self.statement))


MODELS: Final = (Registered, Made, Reaffirmed, Fulfilled, Lapsed, Assessed, Amended, Retracted)
Said: TypeAlias = Made | Reaffirmed
LifecycleFact: TypeAlias = Made | Reaffirmed | Fulfilled | Lapsed
DatedFact: TypeAlias = LifecycleFact | Assessed
"""The facts that happened on a day to parties of a commitment."""
Fact: TypeAlias = Annotated[
    Registered | Made | Reaffirmed | Fulfilled | Lapsed | Assessed | Amended | Retracted,
    Field(discriminator="kind"),
]

FACT: TypeAdapter[Fact] = TypeAdapter(Fact)
