"""The status report in markdown: what a desk officer would hand up. Pages for the public name no recorder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ledger.events.countries import COUNTRY_NAMES
from ledger.events.kinds import Amended, Assessed, Fulfilled, Lapsed, Made, Reaffirmed, Retracted
from ledger.events.lines import Entry, content_of
from ledger.events.vocabulary import NATURES, STATUSES, STRENGTHS
from ledger.projections.dossier import Dossier, Told
from ledger.projections.report import Report
from ledger.projections.rows import Difference, StatusRow
from ledger.projections.summary import Figures, summarise
from ledger.reports.columns import signed, told
from ledger.reports.text import markdown, markdown_link


def as_markdown(report: Report) -> str:
    """The whole report."""
    parts: tuple[Iterable[str], ...] = (
        _head(report),
        _figures(report),
        _changes(report),
        _overdue(report),
        _matrix(report),
        _commitments(report),
        _method(report),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield "# Status of commitments"
    yield ""
    names = ", ".join(f"{markdown(_country(code))} ({code})" for code in report.countries) or "no country"
    by = "" if report.everything else f", by what the record knew at position {report.known}"
    yield f"As of {report.as_of}{by}. Countries: {names}."
    yield ""
    for name, statement in report.statements.items():
        where = f", {markdown(statement.place)}" if statement.place else ""
        title = markdown_link(statement.title, statement.url) if statement.url else markdown(statement.title)
        yield f"- {title}{where}, {statement.occurred_on} (`{name}`)"
    yield ""


def _figures(report: Report) -> Iterator[str]:
    yield "## Headline figures"
    yield ""
    yield (
        "A commitment is counted once for each country that it binds. *Kept* adds up occurrences, and a standing "
        "commitment that was kept is not finished; *scores* are the latest assessments (-1 / 0 / +1)."
    )
    for split, order in (("nature", NATURES), ("strength", STRENGTHS)):
        yield ""
        yield f"### By {split}"
        yield ""
        yield (
            f"| Country | {split.capitalize()} | Commitments | "
            + " | ".join(status.capitalize() for status in STATUSES)
            + " | Overdue | Kept | Scores |"
        )
        yield "|---|---|---:|" + "---:|" * (len(STATUSES) + 2) + "---|"
        found = sorted(summarise(report.rows, split), key=lambda one: (one.country, order.index(one.group)))
        for figures in found:
            yield _figures_row(figures)
    yield ""


def _figures_row(figures: Figures) -> str:
    statuses = (str(figures.statuses[status]) for status in STATUSES)
    scores = " / ".join(str(figures.scores[score]) for score in (-1, 0, 1))
    cells = [figures.country, figures.group, str(figures.commitments), *statuses]
    return "| " + " | ".join([*cells, str(figures.overdue), str(figures.kept), scores]) + " |"


def _changes(report: Report) -> Iterator[str]:
    if report.changes is None:
        return
    yield f"## What changed since {report.since}"
    yield ""
    if not report.changes:
        yield "Nothing."
    else:
        yield "| Commitment | Country | Changes |"
        yield "|---|---|---|"
        for (commitment, country), changes in groupby(report.changes, lambda one: (one.commitment, one.country)):
            told = "; ".join(map(_change, changes))
            yield f"| [{commitment}](#{commitment}) | {country or 'all'} | {told} |"
    yield ""


def _change(change: Difference) -> str:
    if change.before is None:
        return f"{change.field} {markdown(str(change.after))}"
    return f"{change.field} {markdown(change.before)} → {markdown(change.after or 'none')}"


def _overdue(report: Report) -> Iterator[str]:
    yield "## Overdue"
    yield ""
    if not report.overdue:
        yield f"Nothing was overdue on {report.as_of}."
    for row in report.overdue:
        yield f"- `{row.commitment}`, {row.country}: due {row.due}, {row.status} since {row.since}"
    yield ""


def _matrix(report: Report) -> Iterator[str]:
    yield "## Commitments by country"
    yield ""
    if not report.dossiers:
        yield f"No commitment had a status on {report.as_of}."
        yield ""
        return
    yield "| Commitment | Nature | Strength | " + " | ".join(report.countries) + " |"
    yield "|---|---|---|" + "---|" * len(report.countries)
    for dossier in report.dossiers:
        rows = {row.country: row for row in dossier.rows}
        cells = (_cell(rows.get(country)) for country in report.countries)
        told = dossier.description
        link = f"[{dossier.commitment}](#{dossier.commitment})"
        yield f"| {link} | {told.nature} | {told.strength} | " + " | ".join(cells) + " |"
    yield ""


def _cell(row: StatusRow | None) -> str:
    if row is None:
        return "–"
    kept = f", kept {row.kept}×" if row.kept else ""
    score = f", score {signed(row.score)}" if row.score is not None else ""
    return f"{'**overdue**, ' if row.overdue else ''}{row.status} {row.since}{kept}{score}"


def _commitments(report: Report) -> Iterator[str]:
    yield "## The commitments"
    yield ""
    for dossier in report.dossiers:
        yield from _commitment(dossier, report)


def _commitment(dossier: Dossier, report: Report) -> Iterator[str]:
    told = dossier.description
    yield f"### {dossier.commitment}"
    yield ""
    due = f"; due {told.due}" + (f" ({told.due_basis})" if told.due_basis else "") if told.due else ""
    theme = f"; theme `{told.theme}`" if told.theme else ""
    yield f"{markdown(told.title)}: {told.nature}, strength {told.strength}{theme}{due}."
    yield ""
    yield from _quote(dossier, report)
    for row in dossier.rows:
        if row.country in report.countries:
            yield f"- **{row.country}**: {_standing(row)}"
    yield ""
    yield from _entries("Said", dossier.sayings)
    yield from _entries("Evidence", dossier.evidence)
    yield from _entries("Assessments", dossier.assessments)
    yield from _corrections(dossier.corrections)


def _quote(dossier: Dossier, report: Report) -> Iterator[str]:
    fact = dossier.quoted.fact
    if not isinstance(fact, Made | Reaffirmed) or fact.quote is None:
        return
    registered = report.statements.get(str(fact.statement))
    of = registered.title if registered else str(fact.statement)
    yield f"> {markdown(fact.quote)}"
    yield ">"
    yield f"> {markdown(of)}, paragraph {fact.paragraph}"
    yield ""


def _standing(row: StatusRow) -> str:
    said = [f"{row.status} since {row.since}"]
    if row.overdue:
        said.append(f"**overdue** since {row.due}")
    if row.kept:
        said.append(f"kept {row.kept}×, last on {row.last_kept}")
    if row.score is not None:
        said.append(f"latest score {signed(row.score)} on {row.scored_on}")
    if row.origin == "outside":
        said.append("its origin is outside the record")
    return "; ".join(said)


def _entries(heading: str, entries: Sequence[Entry]) -> Iterator[str]:
    if not entries:
        return
    yield f"{heading}:"
    yield ""
    for entry in entries:
        yield f"- {_entry(entry)}"
    yield ""


def _entry(entry: Entry) -> str:
    fact = entry.fact
    assert isinstance(fact, Made | Reaffirmed | Fulfilled | Lapsed | Assessed)
    head = f"{fact.occurred_on} {fact.kind}"
    match fact:
        case Assessed():
            head += f" {signed(fact.score)}"
        case Lapsed():
            head += f" ({fact.reason})"
    said = [f"{head}, {' '.join(fact.parties or ())}"]
    if isinstance(fact, Fulfilled | Lapsed) and fact.occurrence:
        said.append(markdown(fact.occurrence))
    if fact.note:
        said.append(markdown(fact.note))
    source = fact.source
    link = f" ({markdown_link(source.title, source.url)})" if source else ""
    statement = getattr(fact, "statement", None)
    return ": ".join(said) + link + (f" (`{statement}`)" if statement else "")


def _corrections(corrections: Sequence[Told]) -> Iterator[str]:
    if not corrections:
        return
    yield "Corrections:"
    yield ""
    for one in corrections:
        fact = one.entry.fact
        when = one.entry.recorded_at.date()
        if isinstance(fact, Amended):
            changes = content_of(fact)["changes"]
            restated = ", ".join(f"{name}: {markdown(told(value))}" for name, value in changes.items())
            yield f"- {when} amended ({restated}): {markdown(fact.reason)}"
        elif isinstance(fact, Retracted):
            yield f"- {when} retracted `{fact.event[:8]}`: {markdown(fact.reason)}"
    yield ""


def _method(report: Report) -> Iterator[str]:
    yield "## Method and caveats"
    yield ""
    yield from (
        "- A status is what the recorded events amount to on the day; the latest event that gave it names it.",
        "- A standing commitment is never finished: one that was kept and then restated reads reaffirmed, and "
        "*kept* keeps its performance in sight.",
        "- Overdue is computed from the due date. Nothing lapses by itself: a lapse is recorded, with evidence.",
        "- What is not in the record was not found by those who keep it; that is not the same as not so.",
        "- Strength is that of the words: a soft pledge kept is not a firm one kept.",
    )
    yield ""
    yield from _anchor(report)


def _anchor(report: Report) -> Iterator[str]:
    """What every report ends with: what it was made from, so that it anchors the history before it."""
    point = report.checkpoint
    if point is None:
        yield "Made from an empty record."
        return
    of = "" if report.everything else f" of {report.size}"
    yield (
        f"Made from {point.size} events{of}. This is the checkpoint of what it was made from: the origin of the "
        "record, its size, and its root. With these three lines in a file, `ledger verify --checkpoint FILE` "
        "tells whether a record still begins with exactly that."
    )
    yield ""
    yield from ("```", *point.body().splitlines(), "```")


def _country(code: str) -> str:
    return COUNTRY_NAMES.get(code, code)
