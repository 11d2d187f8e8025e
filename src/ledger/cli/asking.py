"""Commands that ask: what the log holds, how everything stands, and what changed."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from ledger.cli.options import MOST, AsOfOption, FormatOption, KnownAtOption, among, codes, example, known, names
from ledger.cli.session import Session, layout, now, put, say, show, today, warn
from ledger.errors import BadInput, UnknownName
from ledger.events.times import parse_day
from ledger.events.vocabulary import KINDS, STATUSES
from ledger.projections.rows import Difference, Effect, StatusRow
from ledger.reports import columns
from ledger.reports.matrix import render_matrix
from ledger.reports.rows import FOR_PEOPLE, Format, as_json, as_row
from ledger.reports.stream import streamed
from ledger.reports.together import by_event, together
from ledger.service import Ledger
from ledger.store.values import values_of
from ledger.store.views.queries import LogFilter, Statement, StatusFilter

Countries = Annotated[
    list[str] | None,
    typer.Argument(metavar="COUNTRY", help="Only these countries, like JPN.", show_default=False),
]
STATEMENT_FIELDS = tuple(name for name in Statement._fields if name != "text")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("status JPN KOR --as-of 2025-06-01 --status reaffirmed", "status --matrix"))(status)
    app.command("show", epilog=example("show apec-2025"))(show_)
    app.command("log", epilog=example("log --country JPN --kind fulfilled --words minister"))(log)
    app.command(epilog=example("statements --format json"))(statements)
    app.command(epilog=example("replay trilateral-meetings"))(replay)
    app.command(epilog=example("diff 2025-06-01 2025-12-31", "diff --known 20 40"))(diff)


def status(
    ctx: typer.Context,
    countries: Countries = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help=f"Only this status: {', '.join(STATUSES)}; repeatable.")
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option("--theme", metavar="SLUG", help="Only this theme; repeatable.")
    ] = None,
    commitment: Annotated[
        list[str] | None, typer.Option("--commitment", metavar="ID", help="Only this commitment; repeatable.")
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="One row for each commitment, one column for each country.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if a row shown is overdue.")] = False,
    form: FormatOption = "table",
) -> None:
    """How every commitment stands, for each country."""
    if matrix and form not in FOR_PEOPLE:
        raise BadInput(f"a matrix is for people to read; {form} has one row for each commitment and country")
    session: Session = ctx.obj
    wanted = StatusFilter(
        countries=codes(" ".join(countries or ())) or (),
        statuses=among("status", status, STATUSES),
        themes=theme or (),
        commitments=commitment or (),
        overdue=overdue,
    )
    at = parse_day(as_of) if as_of is not None else today()
    with session.ledger() as ledger:
        rows = ledger.status(as_of=at, known_at=known(known_at) if known_at is not None else None, wanted=wanted)
    if matrix:
        put(render_matrix(rows, form, layout()), styled=form == "table")
    else:
        show([as_row(row) for row in rows], columns.STATUS, names(StatusRow), form)
    if not rows:
        say(f"nothing on record matches, as of {at}")
    if check and any(row.overdue for row in rows):
        raise typer.Exit(1)


def show_(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="A commitment or a statement.", show_default=False)],
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    form: FormatOption = "table",
) -> None:
    """Tell the whole story of a commitment or statement.

    Its words, each country's timeline, the evidence with links, assessments and corrections.
    """
    from ledger.reports import story  # noqa: PLC0415 - loads the models

    session: Session = ctx.obj
    at, then = (
        parse_day(as_of) if as_of is not None else today(),
        known(known_at) if known_at is not None else None,
    )
    with session.ledger() as ledger:
        registered = ledger.registered(known_at=then)
        on_record = {row.commitment for row in ledger.commitments()}
        if name not in on_record | registered.keys():
            raise UnknownName("commitment or statement on record", name, on_record | registered.keys())
        dossiers = ledger.dossiers(as_of=at, known_at=then, commitments=[name]) if name in on_record else []
        backed = ledger.backed_by(name, known_at=then) if name in registered else []
    if form == "table":
        told = [story.commitment_story(one, registered, at, layout()) for one in dossiers]
        told += [story.statement_story(name, registered[name], backed, layout())] if name in registered else []
        put("\n".join(told), styled=True)
        return
    if form == "json":
        objects = [story.commitment_object(one) for one in dossiers]
        objects += [story.statement_object(name, registered[name], backed)] if name in registered else []
        put(as_json(objects))
        return
    events = [story.event_object(one.entry) for dossier in dossiers for one in dossier.told]
    events += [story.event_object(entry) for entry in backed]
    show(events, columns.LOG, columns.LOG_FIELDS, form)


def log(
    ctx: typer.Context,
    commitment: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this commitment.", show_default=False)
    ] = None,
    statement: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this statement, and what cites it.", show_default=False)
    ] = None,
    country: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only events of this country; repeatable.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help=f"Only this kind: {', '.join(KINDS)}; repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only what happened then or later.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only what happened then or before.", show_default=False)
    ] = None,
    recorder: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this person recorded.", show_default=False)
    ] = None,
    words: Annotated[
        str | None, typer.Option(help="Only events with all of these words.", show_default=False)
    ] = None,
    last: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Only the last so many.", show_default=False)
    ] = None,
    known_at: KnownAtOption = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with events as they are recorded, until Ctrl-C.")
    ] = False,
    form: FormatOption = "table",
) -> None:
    """List the events as they were recorded, newest last.

    With --follow each is a line of its own: in JSON an object, and no array around them.
    """
    session: Session = ctx.obj
    if follow and (known_at or session.offline):
        raise BadInput("--follow goes on with what is recorded now: leave --known-at and --offline away")
    with session.ledger() as ledger:
        wanted = LogFilter(
            commitment=commitment,
            statement=statement,
            countries=codes(" ".join(country or ())) or (),
            kinds=among("kind", kind, KINDS),
            since=parse_day(since) if since is not None else None,
            until=parse_day(until) if until is not None else None,
            recorder=recorder,
            words=words,
            known=ledger.position(known(known_at)) if known_at else None,
            last=last,
        )
        lines = ledger.log(wanted) if not follow else []
    if follow:
        _follow(session, wanted, form)
        return
    rows = [{"position": line.position} | values_of(line) for line in lines]
    show(rows, columns.LOG, columns.LOG_FIELDS, form)
    if not rows:
        say("no event on record matches")


def _follow(session: Session, wanted: LogFilter, form: Format) -> None:
    begins = True
    # Without a bar: it would stand below what goes on and on.
    with Ledger.open(session.location, clock=now) as ledger, suppress(KeyboardInterrupt):
        for lines in ledger.follow(wanted, lambda error: warn(f"{error}; waiting for it to come back")):
            rows = [{"position": line.position} | values_of(line) for line in lines]
            put(streamed(rows, columns.LOG, columns.LOG_FIELDS, form, begins=begins))
            begins = False


def statements(ctx: typer.Context, form: FormatOption = "table") -> None:
    """List the statements on record."""
    session: Session = ctx.obj
    with session.ledger() as ledger:
        rows = [row._asdict() | {"parties": row.parties.split()} for row in ledger.statements()]
    show(rows, columns.STATEMENTS, STATEMENT_FIELDS, form)


def replay(
    ctx: typer.Context,
    commitment: Annotated[
        str | None, typer.Argument(metavar="ID", help="Only this commitment.", show_default=False)
    ] = None,
    start: Annotated[
        int, typer.Option("--from", metavar="N", min=1, max=MOST, help="The first log position to show.")
    ] = 1,
    stop: Annotated[
        int | None, typer.Option("--to", metavar="N", min=1, max=MOST, help="The last.", show_default=False)
    ] = None,
    form: FormatOption = "table",
) -> None:
    """Tell event by event what changed, for each country."""
    if stop is not None and stop < start:
        raise BadInput(f"--to {stop} lies before --from {start}; positions count from the first event on")
    session: Session = ctx.obj
    with session.ledger() as ledger:
        rows = [as_row(effect) for effect in ledger.replay(commitment, start=start, stop=stop)]
    show(by_event(rows) if form in FOR_PEOPLE else rows, columns.REPLAY, names(Effect), form)


def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="FROM", help="A day; with --known a position or time.")],
    after: Annotated[str, typer.Argument(metavar="TO", help="A later one.")],
    by_known: Annotated[bool, typer.Option("--known", help="Compare what was known, not what was true.")] = False,
    form: FormatOption = "table",
) -> None:
    """Tell what changed between two days.

    With --known, between two states of knowledge: log positions or times.
    """
    session: Session = ctx.obj
    with session.ledger() as ledger:
        if by_known:
            changes = ledger.changes((today(), known(before)), (today(), known(after)))
        else:
            changes = ledger.changes((parse_day(before), None), (parse_day(after), None))
    rows = [as_row(change) for change in changes]
    shown = together(rows, "commitment") if form in FOR_PEOPLE else rows
    show(shown, columns.DIFFERENCES, names(Difference), form)
    if not changes:
        say(f"nothing changed between {before} and {after}")
