"""The application: its global options, its commands, and the boundary where errors become exit codes."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from ledger.cli import appending, asking, covering, drafting, files, serving, trusting
from ledger.cli.session import Session, warn
from ledger.errors import BadInput, FaultyLines, LedgerError, NotIntact, Refused, StoreError

EXIT_CODES: Final = ((BadInput, 2), (Refused, 3), (StoreError, 4), (NotIntact, 1))
"""By the families of the error tree (design, section 6)."""


ORDER: Final = (
    *("init", "register", "make", "reaffirm", "fulfill", "lapse", "assess", "amend", "retract"),
    *("draft", "import"),
    *("status", "show", "log", "statements", "coverage", "replay", "diff", "report", "serve"),
    *("verify", "checkpoint", "prove", "export", "restore", "rebuild", "schema"),
)
"""The commands as help lists them: what records, what asks, what keeps the record."""


def exit_code(error: LedgerError) -> int:
    """2 for what can't be read, 3 for what the rules refuse, 4 for what the store could not do, 1 for findings."""
    if isinstance(error, FaultyLines):
        return 2 if error.unreadable else 3
    return next(code for family, code in EXIT_CODES if isinstance(error, family))


class Boundary(TyperGroup):
    """Turns what a command raises into words on stderr and an exit code; nothing below prints or exits."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=ORDER.index)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except FaultyLines as error:
            for fault in error.faults:
                warn(f"line {fault.line}: {fault.error}")
            warn(f"error: {error}")
            raise typer.Exit(exit_code(error)) from None
        except NotIntact as error:
            for finding in error.findings:
                warn(f"line {finding.position}: {finding.said}" if finding.position else finding.said)
            warn(f"error: {error}")
            raise typer.Exit(exit_code(error)) from None
        except LedgerError as error:
            warn(f"error: {error}")
            raise typer.Exit(exit_code(error)) from None
        except BrokenPipeError:
            raise  # whoever reads our output has had enough
        except OSError as error:
            warn(f"error: {error.filename or 'the system'}: {error.strerror or error}")
            raise typer.Exit(4) from None


app = typer.Typer(
    cls=Boundary,
    name="ledger",
    help="What governments pledge in joint statements, and what became of it: an append-only record.",
    epilog="Begin with: ledger init --record brussels && ledger status",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"commitment-ledger {metadata.version('commitment-ledger')}")
        raise typer.Exit


@app.callback()
def ledger(
    ctx: typer.Context,
    db: Annotated[
        str, typer.Option(envvar="LEDGER_DB", metavar="PATH|URL", help="The ledger file, or postgresql://…")
    ] = "ledger.db",
    offline: Annotated[
        bool, typer.Option("--offline", help="Answer from what was read of the server before.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Open nothing yet: a command opens the ledger when it needs it."""
    ctx.obj = Session(db, offline)


for commands in (files, appending, drafting, asking, covering, serving, trusting):
    commands.add_to(app)
