"""Commands about the ledger as a whole: making one, taking it out, reporting on it, its views, its schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ledger.cli.asking import Countries
from ledger.cli.options import MOST, AsOfOption, KnownAtOption, codes, example, known
from ledger.cli.paths import STDIN, opened, write
from ledger.cli.session import Session, now, progress, put, say, stdout, today
from ledger.errors import NotIntact
from ledger.events.times import parse_day
from ledger.service import Ledger

if TYPE_CHECKING:
    from ledger.projections.report import Report

ReportFormat = Literal["markdown", "html", "csv", "json"]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.", show_default=False)
]
ReaderOption = Annotated[
    list[str] | None, typer.Option(metavar="ROLE", help="A role of the server that may read it; repeatable.")
]
WriterOption = Annotated[
    list[str] | None, typer.Option(metavar="ROLE", help="A role that may read and append; repeatable.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("init --record brussels"))(init)
    app.command(epilog=example("--db copy.db restore backup.jsonl"))(restore)
    app.command(epilog=example("export -o backup.jsonl", "export --intact -o intact.jsonl"))(export)
    app.command(epilog=example("rebuild"))(rebuild)
    app.command(
        epilog=example("report JPN --since 2025-06-01 -o report.md", "report --format html -o report.html")
    )(report)
    app.command(epilog=example("schema > line.schema.json"))(schema)


def init(
    ctx: typer.Context,
    record: Annotated[
        Literal["brussels"] | None,
        typer.Option(help="Begin with the shipped public record, byte for byte.", show_default=False),
    ] = None,
    reader: ReaderOption = None,
    writer: WriterOption = None,
) -> None:
    """Create a ledger, empty or with the shipped record."""
    from ledger.record import lines_of  # noqa: PLC0415 - loads package data

    session: Session = ctx.obj
    lines = lines_of(record) if record else ()
    with _created(session, lines, reader, writer) as ledger:
        name, size = ledger.name, ledger.size()
    with_what = f"with the {record} record, {size} events" if record else "empty"
    say(f"created {name}, {with_what}; try `ledger {'status' if record else 'register --help'}`")


def restore(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Exported lines, gzipped if it ends in .gz; - for stdin.")
    ],
    reader: ReaderOption = None,
    writer: WriterOption = None,
) -> None:
    """Create a ledger from exported lines.

    They are kept byte for byte; anything else in the file is refused with its line, and nothing is created.
    """
    from ledger.ondisk import LinesOnDisk, lines_in  # noqa: PLC0415 - loads what starts processes

    session: Session = ctx.obj
    on_disk = LinesOnDisk.at(file) if file != STDIN else None
    with opened(file) as source:
        lines = on_disk or lines_in(source, file)
        with _created(session, lines, reader, writer) as ledger:
            say(f"created {ledger.name}, with {ledger.size()} events")


def _created(
    session: Session, lines: Iterable[bytes], readers: list[str] | None, writers: list[str] | None
) -> Ledger:
    return Ledger.create(session.location, clock=now, lines=lines, readers=readers or (), writers=writers or ())


def export(
    ctx: typer.Context,
    output: Output = None,
    since: Annotated[
        int,
        typer.Option("--since", metavar="POSITION", min=0, max=MOST, help="Only the lines after this position."),
    ] = 0,
    intact: Annotated[
        bool, typer.Option("--intact", help="Of a damaged record: the lines before the damage, each verified.")
    ] = False,
) -> None:
    """Write the log as lines: a backup, which restore takes.

    The bytes are those that are stored; a file that ends in .gz is gzipped. With --intact, exit 1 if any line had
    to be left out, after the others are written.
    """
    session: Session = ctx.obj
    with session.ledger() as ledger:
        if not intact:
            _export(ledger.export(after=since), output)
            return
        lines = ledger.intact(after=since)
        _export(lines, output)
        if lines.findings:
            raise NotIntact(lines.findings, _left_out(lines.count, lines.left_out()))


def _export(lines: Iterable[bytes], output: Path | None) -> None:
    ended = (line + b"\n" for line in lines)
    if output is None:
        stdout().buffer.writelines(ended)
        stdout().buffer.flush()
    else:
        say(f"wrote {write(output, ended)} events to {output}")


def _left_out(count: int, more: int | None) -> str:
    if more == 0:
        return (
            f"{count} events verify, and the file is damaged elsewhere: later ones may be missing; a checkpoint "
            "from before tells"
        )
    several = "all" if more is None else f"{more} {'event' if more == 1 else 'events'}"
    left = f"{several} from position {count + 1} on"
    return f"{count} events verify; left out: {left}, which an earlier export may have"


def rebuild(ctx: typer.Context) -> None:
    """Throw the views away and replay the log.

    Readers go on meanwhile, and see the old views until the new ones are whole.
    """
    session: Session = ctx.obj
    with session.ledger() as ledger, progress("Replaying the log", ledger.size) as advance:
        ledger.progress = advance
        count = ledger.rebuild()
    say(f"rebuilt the views from {count} events")


def report(
    ctx: typer.Context,
    countries: Countries = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Tell what changed since then.", show_default=False)
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How it is written.")] = "markdown",
    output: Output = None,
) -> None:
    """Write the status report.

    Figures by country, what changed, what is overdue, the matrix, and each commitment with its evidence. As html
    it is one page that opens anywhere and loads nothing; as csv one row for each commitment and country.
    """
    session: Session = ctx.obj
    with session.ledger() as ledger:
        told = ledger.report(
            as_of=parse_day(as_of) if as_of is not None else today(),
            known_at=known(known_at) if known_at is not None else None,
            countries=codes(" ".join(countries or ())) or (),
            since=parse_day(since) if since is not None else None,
        )
    text = _written(told, form)
    if output is None:
        put(text)
    else:
        write(output, [text.encode()])
        say(f"wrote the report to {output}")


def _written(told: Report, form: ReportFormat) -> str:
    from ledger.reports import briefing, dataset, page  # noqa: PLC0415 - loads the models

    match form:
        case "markdown":
            return briefing.as_markdown(told)
        case "html":
            with progress("Drawing the page", page.pictures_of(told)) as advance:
                return page.as_html(told, advance)
        case "csv":
            return dataset.as_csv(told)
        case "json":
            return dataset.as_json(told)


def schema() -> None:
    """Print the JSON Schema of the lines."""
    from ledger.events.schema import json_schema  # noqa: PLC0415 - loads the models

    put(json.dumps(json_schema(), indent=2) + "\n")
