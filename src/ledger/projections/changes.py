"""What changed, event by event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.events.history import Described, History
from ledger.events.kinds import Amended, Assessed, Registered, Retracted
from ledger.events.lifecycle import Standing, fold
from ledger.events.lines import Entry
from ledger.projections.differences import signed, told
from ledger.projections.rows import Effect


def replay(entries: Iterable[Entry], start: int = 1) -> Iterator[Effect]:
    """What each entry from position `start` on changed, country by country, in log order.

    `entries` are all of the streams concerned, from their beginning. An entry that changes nothing at the end of
    a timeline (a backdated one) still has its rows, with equal sides.
    """
    histories: dict[str, History] = {}
    for entry in entries:
        commitment = getattr(entry.fact, "commitment", None)
        if commitment is None:
            effects: Iterable[Effect] = [_of_statement(entry)]
        else:
            history = histories.setdefault(commitment, History(commitment))
            effects = _taken_in(entry, history)
        if entry.position >= start:
            yield from effects


def _taken_in(entry: Entry, history: History) -> list[Effect]:
    before, described = _ends(history), history.description()
    history.add(entry)
    after, redescribed = _ends(history), history.description()
    effects = [_effect(entry, None, *change) for change in _redescribed(described, redescribed)]
    concerned = _concerned(entry, history)
    for country in sorted(before.keys() | after.keys() | set(concerned)):
        was, now = before.get(country, Standing()), after.get(country, Standing())
        if was == now and country not in concerned:
            continue
        effects.append(_effect(entry, country, was.status, now.status, _detail(was, now, entry)))
    return effects


def _ends(history: History) -> dict[str, Standing]:
    description = history.description()
    if description is None:
        return {}
    return {country: fold(history.timeline(country), description.nature) for country in description.parties}


def _concerned(entry: Entry, history: History) -> tuple[str, ...]:
    match entry.fact:
        case Retracted(event=event):
            return next((moment.parties for moment in history.moments if moment.id == event), ())
        case Amended() | Registered():
            return ()
        case fact:
            return fact.parties or ()


def _redescribed(
    before: Described | None, after: Described | None
) -> Iterator[tuple[str | None, str | None, str]]:
    if before is None or after is None:
        return
    for name in Described._fields:
        was, now = told(getattr(before, name)), told(getattr(after, name))
        if was != now:
            yield was, now, name


def _detail(was: Standing, now: Standing, entry: Entry) -> str | None:
    told = []
    if now.kept != was.kept:
        told.append(f"kept {was.kept} → {now.kept}")
    if (now.score, now.scored_on) != (was.score, was.scored_on):
        told.append(f"score {signed(was.score)} → {signed(now.score)}")
    elif isinstance(entry.fact, Assessed):
        told.append(f"score {signed(entry.fact.score)}")
    if now == was:
        told.append("an earlier day; today's standing is as it was")
    elif was.status == now.status and was.since != now.since and now.kept == was.kept:
        told.append(f"since {was.since} → {now.since}")
    return ", ".join(told) or None


def _of_statement(entry: Entry) -> Effect:
    title = entry.fact.title if isinstance(entry.fact, Registered) else None
    return _effect(entry, None, None, entry.fact.kind, title)


def _effect(
    entry: Entry, country: str | None, before: str | None, after: str | None, detail: str | None
) -> Effect:
    fact = entry.fact
    return Effect(
        position=entry.position,
        recorded_at=entry.recorded_at,
        kind=fact.kind,
        commitment=getattr(fact, "commitment", None),
        statement=getattr(fact, "statement", None),
        occurred_on=getattr(fact, "occurred_on", None),
        country=country,
        before=before,
        after=after,
        detail=detail,
        event=entry.id,
    )
