"""The command `draft`: a statement's text to proposed events, for review. It records nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ledger.cli.options import codes, example, given
from ledger.cli.paths import bounded, opened, write
from ledger.cli.session import Session, layout, put, say
from ledger.errors import BadInput, StoreMissing
from ledger.events.times import parse_day

if TYPE_CHECKING:
    from ledger.drafting.matching import Match
    from ledger.drafting.proposals import Drafted
    from ledger.reports.agreement import Coding

_BOM = "\ufeff"
"""Without it a spreadsheet takes a file's letters for those of its own country."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        epilog=example(
            'draft lima.txt --id lima-2024 --title "Lima statement" --on 2024-11-15 '
            "--place Lima --parties USA,JPN,KOR -o lima.csv",
            "draft --compare lima.csv lima-again.csv",
        )
    )(draft)


def draft(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Text, markdown, HTML or PDF; - for stdin.", show_default=False),
    ] = None,
    statement: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Its short name, like lima-2024.", show_default=False)
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title.", show_default=False)] = None,
    on: Annotated[str | None, typer.Option(metavar="DAY", help="The day of issue.", show_default=False)] = None,
    parties: Annotated[
        str | None, typer.Option(metavar="CODES", help="Who issued it, like USA,JPN,KOR.", show_default=False)
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where it was issued.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="Where it is published.", show_default=False)] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B", help="Compare two codings (CSV) of a statement; FILE:NAME for one coder of several."
        ),
    ] = None,
    form: Annotated[
        Literal["csv", "jsonl", "table", "json"] | None,
        typer.Option(
            "--format", help="csv or jsonl of a draft; table, json or csv of a comparison.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.", show_default=False)
    ] = None,
) -> None:
    """Propose events from a statement's text, for review.

    Every sentence gets a verdict with its reason; nothing is recorded. Say yes or no in the column keep, and give
    the file to import. As jsonl it is the proposed events alone, as import takes them.
    """
    if compare is not None:
        if file is not None or form == "jsonl":
            raise BadInput("--compare takes two codings, and no FILE; its formats are table, json and csv")
        _hand_over(_compared(*compare, form or "table"), form, output)
        return
    needed = {"FILE": file, "--id": statement, "--title": title, "--on": on, "--parties": parties}
    if missing := [name for name, value in needed.items() if value is None]:
        raise BadInput(f"a draft needs {', '.join(missing)}; `ledger draft --help` shows an example")
    if form not in (None, "csv", "jsonl"):
        raise BadInput(f"a draft is csv or jsonl; {form} is for --compare")
    registered = given(
        kind="registered",
        statement=statement,
        title=title,
        parties=codes(parties),
        occurred_on=on,
        place=place,
        url=url,
    )
    assert file is not None
    _draft(ctx.obj, file, registered, form or "csv", output)


def _draft(session: Session, file: Path, registered: dict[str, Any], form: str, output: Path | None) -> None:
    from ledger.drafting.genre import check_genre  # noqa: PLC0415 - other commands do without
    from ledger.drafting.proposals import draft as drafted_from  # noqa: PLC0415
    from ledger.events.lines import fact_from  # noqa: PLC0415

    fact_from(registered)
    text = _text_of(file)
    check_genre(text, str(file))
    drafted = drafted_from(
        text,
        statement=registered["statement"],
        parties=registered["parties"],
        on=parse_day(registered["occurred_on"]),
    )
    registered["text"] = text
    candidates = _candidates(session, drafted)
    told = _as_csv(registered, drafted, candidates) if form == "csv" else _as_lines(registered, drafted)
    _hand_over(told, form, output)
    _tell(drafted)


def _compared(a: str, b: str, form: str) -> str:
    from ledger.reports import codings  # noqa: PLC0415
    from ledger.reports.agreement import compare  # noqa: PLC0415 - other commands do without

    one, other = _coding(a), _coding(b)
    found = compare(one, other)
    if form == "json":
        return codings.as_json(one, other, found)
    return codings.disagreements_csv(found) if form == "csv" else codings.told(one, other, found, layout())


def _coding(named: str) -> Coding:
    """A coding by its file, or by FILE:CODER."""
    from ledger.reports.agreement import read_coding  # noqa: PLC0415

    path, coder = Path(named), None
    if not path.exists() and ":" in named:
        name, _, coder = named.rpartition(":")
        path = Path(name)
    with opened(path) as source:
        try:
            return read_coding(bounded(source, path), str(path), coder)
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None


def _text_of(file: Path) -> str:
    """The text of a statement in a file. Raises `BadInput`."""
    from ledger.drafting.cleaning import MOST_BYTES, statement_text  # noqa: PLC0415

    if file == Path("-"):
        return statement_text(sys.stdin.buffer.read(MOST_BYTES + 1), "the input")
    with opened(file) as source:
        try:
            content = source.read(MOST_BYTES + 1)
        except OSError as error:
            raise BadInput(f"{file} cannot be read: {error.strerror or error}") from None
    return statement_text(content, str(file).removesuffix(".gz"))


def _candidates(session: Session, drafted: Sequence[Drafted]) -> list[str]:
    """What is on record like each event, with scores, best first; nothing where there is no ledger yet."""
    from ledger.drafting.matching import matches  # noqa: PLC0415
    from ledger.drafting.review import distinct  # noqa: PLC0415

    try:
        with session.ledger() as ledger, ledger.snapshot():
            distinct(drafted, ledger.origins())
            return [
                _shown(matches(event, one.sentence.text, ledger.resembling))
                for one in drafted
                for event in one.events
            ]
    except StoreMissing:
        say(f"there is no ledger at {session.location}: nothing is matched with what is on record")
        return []


def _shown(matched: Sequence[Match]) -> str:
    return "; ".join(f"{match.commitment} {match.score:.2f}" for match in matched)


def _as_csv(registered: Mapping[str, Any], drafted: Sequence[Drafted], candidates: Sequence[str]) -> str:
    from ledger.drafting.review import columns, rows  # noqa: PLC0415
    from ledger.reports.rows import as_csv  # noqa: PLC0415

    return as_csv(list(rows(registered, drafted, candidates)), columns(registered))


def _as_lines(registered: Mapping[str, Any], drafted: Sequence[Drafted]) -> str:
    lines = [registered, *(event for one in drafted for event in one.events)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _hand_over(told: str, form: str | None, output: Path | None) -> None:
    if output is None:
        put(told)
    else:
        write(output, [(_BOM if form == "csv" else "").encode() + told.encode()])
        say(f"wrote {output}")


def _tell(drafted: Sequence[Drafted]) -> None:
    counted = [one for one in drafted if one.verdict.word != "heading"]
    events = sum(len(one.events) for one in drafted)
    pledging = sum(bool(one.events) for one in counted)
    say(f"{pledging} of {len(counted)} sentences pledge something: {events} events proposed, none recorded")
