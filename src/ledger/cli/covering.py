"""The command `coverage`: what of a statement is on record, sentence by sentence."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli.options import FormatOption, KnownAtOption, example, known
from ledger.cli.session import Session, say, show
from ledger.errors import Refused, UnknownName


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog=example("coverage brussels-2025-04-03"))(coverage)


def coverage(
    ctx: typer.Context,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="A statement.", show_default=False)],
    known_at: KnownAtOption = None,
    form: FormatOption = "table",
) -> None:
    """Tell which commitment each sentence of a statement backs.

    From the record alone: from the text that was registered, and the quotes of the events in force.
    """
    from ledger.reports import coverage as covering  # noqa: PLC0415 - loads the models

    session: Session = ctx.obj
    then = known(known_at) if known_at is not None else None
    with session.ledger() as ledger:
        registered = ledger.registered(known_at=then)
        if statement not in registered:
            raise UnknownName("statement on record", statement, registered, hint="`ledger statements` lists them")
        text = registered[statement].text
        if text is None:
            raise Refused(f"{statement} was registered without its text, so its sentences are not on record")
        rows = covering.coverage(statement, text, ledger.backed_by(statement, known_at=then))
    show(rows, covering.COLUMNS, covering.FIELDS, form)
    counted = [row for row in rows if not row["heading"]]
    backing = sum(bool(row["commitments"]) for row in counted)
    names = {name for row in counted for name in row["commitments"]}
    say(f"{backing} of {len(counted)} sentences back {len(names)} commitments; {len(counted) - backing} back none")
