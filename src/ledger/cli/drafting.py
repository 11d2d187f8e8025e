"""The command `draft`: a statement's text to proposed events, for review. It records nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from ledger.cli.options import codes, day, example, given
from ledger.cli.paths import opened, write
from ledger.cli.session import put, say
from ledger.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        epilog=example(
            'draft lima.md --id lima-2024 --title "Lima statement" --on 2024-11-15 '
            "--place Lima "
            "--parties USA,JPN,KOR "
            "-o lima.csv"
        )
    )(draft)


def draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Text, markdown, HTML or PDF; - for stdin.")],
    statement: Annotated[str, typer.Option("--id", metavar="ID", help="Its short name, like lima-2024.")],
    title: Annotated[str, typer.Option(help="Its title.")],
    on: Annotated[str, typer.Option(metavar="DAY", help="The day of issue.")],
    parties: Annotated[str, typer.Option(metavar="CODES", help="Who issued it, like USA,JPN,KOR.")],
    place: Annotated[str | None, typer.Option(help="Where it was issued.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="Where it is published.", show_default=False)] = None,
    form: Annotated[
        Literal["csv", "jsonl"], typer.Option("--format", help="For a spreadsheet, or lines.")
    ] = "csv",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.", show_default=False)
    ] = None,
) -> None:
    """Propose events from a statement's text, for a person to review.

    Every sentence gets a verdict with its reason. What is kept goes in with `import`, the statement with it.
    """
    from ledger.drafting.cleaning import MOST_BYTES, statement_text  # noqa: PLC0415 - other commands do without
    from ledger.drafting.proposals import draft as drafting  # noqa: PLC0415
    from ledger.drafting.review import COLUMNS, MOST_IN_A_CELL, rows  # noqa: PLC0415
    from ledger.events.lines import fact_from  # noqa: PLC0415
    from ledger.reports.rows import as_csv  # noqa: PLC0415

    with opened(file) as source:
        text = statement_text(source.read(MOST_BYTES + 1), str(file))
    issued = day(on)
    registered = given(
        kind="registered",
        statement=statement,
        title=title,
        occurred_on=on,
        parties=codes(parties),
        place=place,
        url=url,
        text=text,
    )
    fact_from(registered)
    drafted = drafting(text, statement=statement, parties=codes(parties) or [], on=issued)
    events = [event for one in drafted for event in one.events]
    if form == "csv":
        if len(text) > MOST_IN_A_CELL:
            raise BadInput("the text is longer than a spreadsheet's cell; use --format jsonl")
        told = as_csv(list(rows(registered, drafted)), COLUMNS)
    else:
        told = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (registered, *events))
    if output is None:
        put(told)
    else:
        write(output, [told.encode()])
    counted = [one for one in drafted if one.verdict.word != "heading"]
    pledging = sum(bool(one.events) for one in counted)
    say(f"{pledging} of {len(counted)} sentences pledge something: {len(events)} events proposed, none recorded")
